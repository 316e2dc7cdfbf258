import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseError } from './database-error.ts';

/**
 * Opens an engine's own SQLite database. Write-ahead log with synchronous=NORMAL: a commit survives the end
 * of the process at any moment (a power failure may lose the last commits, but never damages the file).
 *
 * Throws DatabaseError, which names the file and what to do, if it is damaged or cannot be written.
 */
export function openDatabase(path: string, schema: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const check = needsCheck(path);
    database = new DatabaseSync(path);
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;',
    );
    if (check) assertUndamaged(database);
    database.exec(schema);
    return database;
  } catch (error) {
    database?.close();
    throw databaseError(error, path);
  }
}

/** Runs `work` in one transaction: all of its writes are stored, or none. Throws the error of `work`. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  try {
    database.exec('BEGIN IMMEDIATE');
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has already rolled back after some errors, for example a full disk.
    if (database.isTransaction) rollBack(database);
    throw databaseError(error, database.location() ?? 'in memory');
  }
}

/** A failure here follows from the error that ends the transaction, which is the one to report. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {}
}

/** A check of a file of this size takes well below 200 ms: about 1 ms for each MB, and up to 10 on a busy machine. */
const ALWAYS_CHECKED_BYTES = 16 * 1024 * 1024;

/**
 * Whether to look for damage in the file before it is opened: always if it is small, otherwise if the last process
 * ended without closing it, which leaves a write-ahead log (https://www.sqlite.org/wal.html). Damage that this does
 * not find is reported when the page is read.
 *
 * @param alwaysBytes up to this size the file is always checked
 */
export function needsCheck(path: string, alwaysBytes = ALWAYS_CHECKED_BYTES): boolean {
  return sizeOf(path) <= alwaysBytes || sizeOf(`${path}-wal`) > 0;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Finds damage anywhere in the file; opening reads only its first page. */
export function assertUndamaged(database: DatabaseSync): void {
  const [first] = database.prepare('PRAGMA quick_check(1)').all();
  const result = String(first?.quick_check).replaceAll(/\s+/g, ' ');
  if (result !== 'ok') throw Object.assign(new Error(result), { errcode: SQLITE_CORRUPT });
}

/** https://www.sqlite.org/rescode.html */
const SQLITE_CORRUPT = 11;
