import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A data folder that this process alone uses. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  release(): void;
}

/**
 * Takes the folder, making it where it is not there. The lock is SQLite's on a file of its own: the operating
 * system lets go of it with the process, however that ends.
 *
 * Throws Error where another process has the folder.
 */
export function takeDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(path, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(
      `The data folder ${path} is in use by another local cloud; stop that one, or take another folder.`,
    );
  }
  return { path, release: () => lock.close() };
}
