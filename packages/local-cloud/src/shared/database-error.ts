import { isDiskFull } from './disk-full.ts';

/** https://www.sqlite.org/rescode.html; extended codes have the primary one in their lowest byte. */
const DAMAGED: ReadonlySet<number> = new Set([11 /* SQLITE_CORRUPT */, 26 /* SQLITE_NOTADB */]);
const NOT_ACCESSIBLE: ReadonlySet<number> = new Set([
  8 /* SQLITE_READONLY */, 14 /* SQLITE_CANTOPEN */,
]);

const LOCKED: ReadonlySet<number> = new Set([5 /* SQLITE_BUSY */, 6 /* SQLITE_LOCKED */]);

/** Whether another process or connection holds the lock that `error` is about. */
export function isLocked(error: unknown): boolean {
  return LOCKED.has(primaryCode(error));
}

/** A database of the local cloud cannot be used; the message names the file and what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

/** The error to report for `error` of the database at `path`: a DatabaseError, or `error` itself. */
export function databaseError(error: unknown, path: string): unknown {
  if (error instanceof DatabaseError) return error;
  const message = explanation(error, path);
  return message === undefined ? error : new DatabaseError(message, { cause: error });
}

function explanation(error: unknown, path: string): string | undefined {
  if (isDiskFull(error)) return `The disk is full: ${path} cannot be written. Free some space.`;
  const code = primaryCode(error);
  const detail = String((error as { readonly message?: unknown } | undefined)?.message ?? error);
  if (DAMAGED.has(code)) {
    return `The local database ${path} is damaged (${detail}). Stop the local cloud, delete its data folder and start again; this deletes all local data.`;
  }
  if (NOT_ACCESSIBLE.has(code)) {
    return `The local database ${path} cannot be opened for writing (${detail}). Check the permissions of the file and its folder.`;
  }
  return undefined;
}

function primaryCode(error: unknown): number {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : 0;
}
