import { closeSync, openSync, writeSync } from 'node:fs';

/** A log with one line of JSON for each entry. */
export interface LogFile<Entry> {
  readonly record: (entry: Entry) => void;
  /** Calls `listener` with every new entry. Returns a function that ends the subscription. */
  subscribe(listener: (entry: Entry) => void): () => void;
  close(): void;
}

/** Opens a log to append to it; creates the file if it does not exist. */
export function openLogFile<Entry>(path: string): LogFile<Entry> {
  const file = openSync(path, 'a');
  const listeners = new Set<(entry: Entry) => void>();
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
