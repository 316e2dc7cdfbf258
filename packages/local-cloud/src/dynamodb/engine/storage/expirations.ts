import type { Table } from '../tables/table.ts';
import { attributeOf, type Item } from '../values/attribute-value.ts';
import type { Database } from './database.ts';

export const EXPIRATIONS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS expirations (
    expires_at INTEGER NOT NULL,
    table_id INTEGER NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (expires_at, table_id, key)
  ) STRICT, WITHOUT ROWID;
`;

export interface Expiration {
  readonly tableId: number;
  readonly key: Buffer;
  readonly expiresAt: number;
}

/** When items expire, for tables with time to live. Instants are ms since the epoch. */
export class Expirations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  change(table: Table, key: Buffer, before: Item | undefined, after: Item | undefined): void {
    const old = expiryOf(table, before);
    const next = expiryOf(table, after);
    if (old === next) return;
    if (old !== undefined) this.remove({ tableId: table.id, key, expiresAt: old });
    if (next !== undefined) {
      this.#database
        .statement('INSERT OR IGNORE INTO expirations (expires_at, table_id, key) VALUES (?, ?, ?)')
        .run(next, table.id, key);
    }
  }

  remove({ tableId, key, expiresAt }: Expiration): void {
    this.#database
      .statement('DELETE FROM expirations WHERE expires_at = ? AND table_id = ? AND key = ?')
      .run(expiresAt, tableId, key);
  }

  /** Those that expired at `instant` or before, the oldest first. */
  due(instant: number, limit: number): readonly Expiration[] {
    const rows = this.#database
      .statement(
        'SELECT table_id, key, expires_at FROM expirations WHERE expires_at <= ? ORDER BY expires_at LIMIT ?',
      )
      .all(instant, limit) as unknown as readonly (readonly [number, Uint8Array, number])[];
    return rows.map(([tableId, key, expiresAt]) => ({
      tableId,
      key: Buffer.from(key),
      expiresAt,
    }));
  }

  /** The next instant at which an item expires. */
  next(): number | undefined {
    const row = this.#database
      .statement('SELECT min(expires_at) FROM expirations')
      .get() as unknown as readonly [number | null] | undefined;
    return row?.[0] ?? undefined;
  }

  forget(table: Table): void {
    this.#database.statement('DELETE FROM expirations WHERE table_id = ?').run(table.id);
  }
}

/** The latest time, in seconds, whose milliseconds JavaScript represents exactly. */
const MAX_SECONDS = 2 ** 43;

/** Only a number counts; it is in seconds: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html */
export function expiryOf(table: Table, item: Item | undefined): number | undefined {
  const attribute = table.definition.expiryAttribute;
  if (attribute === undefined || item === undefined) return undefined;
  const value = attributeOf(item, attribute);
  if (value === undefined || !('N' in value)) return undefined;
  const seconds = Math.floor(Number(value.N));
  return seconds > 0 && seconds < MAX_SECONDS ? seconds * 1000 : undefined;
}
