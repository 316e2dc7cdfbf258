import { mkdirSync } from 'node:fs';
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
    database = new DatabaseSync(path);
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;',
    );
    assertUndamaged(database);
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

/** Finds damage anywhere in the file; opening reads only its first page. About 1 ms for each MB. */
export function assertUndamaged(database: DatabaseSync): void {
  const [first] = database.prepare('PRAGMA quick_check(1)').all();
  const result = String(first?.quick_check).replaceAll(/\s+/g, ' ');
  if (result !== 'ok') throw Object.assign(new Error(result), { errcode: SQLITE_CORRUPT });
}

/** https://www.sqlite.org/rescode.html */
const SQLITE_CORRUPT = 11;
