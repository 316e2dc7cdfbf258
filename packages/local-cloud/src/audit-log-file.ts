import { closeSync, openSync, writeSync } from 'node:fs';
import type { AuditEntry, RecordAuditEntry } from './shared/audit-log.ts';

/** The audit log: one line of JSON for each authorization decision. */
export interface AuditLogFile {
  readonly record: RecordAuditEntry;
  /** Calls `listener` with every new entry. Returns a function that ends the subscription. */
  subscribe(listener: (entry: AuditEntry) => void): () => void;
  close(): void;
}

export function openAuditLog(path: string): AuditLogFile {
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
