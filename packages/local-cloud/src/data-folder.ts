import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A data folder that is locked for this process. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  release(): void;
}

/**
 * Locks the folder for this process; creates it if it does not exist. The lock is an SQLite lock on a file of
 * its own, which the operating system releases when the process ends in any way.
 *
 * Throws Error if another process holds the lock.
 */
export function lockDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(path, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(
      `The data folder ${path} is in use by another local cloud. Stop that one, or use another folder.`,
    );
  }
  return { path, release: () => lock.close() };
}
