import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

/**
 * Takes the lock that one `npm start` or `npm run reset` at a time holds; undefined if another process has it.
 * SQLite's lock on a file: the operating system releases it when the process ends, however that happens.
 *
 * @throws Error if the file cannot be locked for another reason, such as a full disk
 */
export function takeStartLock(file: string): { release(): void } | undefined {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file);
  try {
    // Without a journal file, so that npm run reset works on a full disk.
    lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => lock.close() };
  } catch (error) {
    lock.close();
    if ((error as { readonly errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}
