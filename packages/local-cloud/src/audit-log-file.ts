import { closeSync, openSync, writeSync } from 'node:fs';
import type { AuditEntry, RecordTrail } from './shared/audit-log.ts';

/** The trail, a line of JSON for each decision, and those who listen to it. */
export interface TrailFile {
  readonly record: RecordTrail;
  /** Calls `listener` with every entry from now on; answers how to end that. */
  subscribe(listener: (entry: AuditEntry) => void): () => void;
  close(): void;
}

export function openAuditLog(path: string): TrailFile {
  const file = openSync(path, 'a');
  const listeners = new Set<(entry: AuditEntry) => void>();
  return {
    record(entry) {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      for (const listener of listeners) listener(entry);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => closeSync(file),
  };
}
