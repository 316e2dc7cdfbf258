import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { assertUndamaged, databaseError, isLocked, needsCheck } from '../shared.ts';

/** The log is copied into the database when it has 16 MiB: seldom enough for writes that are close together. */
const PRAGMAS = `
  PRAGMA page_size = 4096;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -65536;
  PRAGMA mmap_size = 2147483648;
  PRAGMA temp_store = MEMORY;
`;

/**
 * The engine's SQLite database. A commit survives the death of the process at any moment; a power cut may lose
 * the last commits but never a part of one. One process has it at a time.
 */
export class Database {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #inTransaction = false;

  /** Throws Error if another process uses the database, DatabaseError if it is damaged or cannot be written. */
  constructor(path: string, schema: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    const check = needsCheck(path);
    this.#database = opened(path);
    try {
      this.#database.exec(PRAGMAS);
      if (check) assertUndamaged(this.#database);
      this.#database.exec(schema);
    } catch (error) {
      this.#database.close();
      if (!isLocked(error)) throw databaseError(error, path);
      throw new Error(`${path} is in use by another process; stop that process first.`, {
        cause: error,
      });
    }
  }

  /** Prepared once for each text. Rows are arrays. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    this.#statements.set(sql, statement);
    return statement;
  }

  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** Forgets the prepared statements on a table that is dropped. */
  forget(rows: string): void {
    const name = new RegExp(`\\b${rows}\\b`);
    for (const sql of this.#statements.keys()) if (name.test(sql)) this.#statements.delete(sql);
  }

  /** All writes of `work` are kept, or none. A transaction inside another one is part of it. */
  transaction<T>(work: () => T): T {
    if (this.#inTransaction) return work();
    try {
      this.statement('BEGIN IMMEDIATE').run();
      this.#inTransaction = true;
      const result = work();
      this.statement('COMMIT').run();
      return result;
    } catch (error) {
      this.#rollBack();
      throw databaseError(error, this.#path);
    } finally {
      this.#inTransaction = false;
    }
  }

  /** A failure here follows from the error that ends the transaction, which is the one to report. */
  #rollBack(): void {
    // SQLite has already rolled back after some errors, for example a full disk.
    if (!this.#database.isTransaction) return;
    try {
      this.statement('ROLLBACK').run();
    } catch {}
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

function opened(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw databaseError(error, path);
  }
}
