import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseError, isLocked } from './shared/database-error.ts';

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
 * Throws Error if another process holds the lock, DatabaseError with the cause if the lock file is damaged or
 * cannot be written.
 */
export function lockDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  const file = join(path, 'lock.sqlite');
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(file);
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    throw lockError(cause, path, file);
  }
  const held = lock;
  return { path, release: () => held.close() };
}

function lockError(cause: unknown, folder: string, file: string): unknown {
  if (isLocked(cause)) {
    return new Error(
      `The data folder ${folder} is in use by another local cloud. Stop that one, or use another folder.`,
      { cause },
    );
  }
  const known = databaseError(cause, file);
  if (known !== cause) return known;
  const { message: detail = String(cause) } = cause as { readonly message?: string };
  return new Error(
    `The data folder ${folder} cannot be locked (${detail}). Check that it is a folder on a local disk that you may write to.`,
    { cause },
  );
}
