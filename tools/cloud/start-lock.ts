import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes the lock that one `npm start` or `npm run reset` at a time holds; undefined if another process has it.
 * SQLite's lock on a file: the operating system releases it when the process ends, however that happens.
 */
export function takeStartLock(file: string): { release(): void } | undefined {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => lock.close() };
  } catch {
    lock.close();
    return undefined;
  }
}
