import type { Database } from './database.ts';

/** An item as it is stored; `size` is what DynamoDB counts. */
export interface StoredItem {
  readonly text: string;
  readonly size: number;
}

/** Keys from `from` up to, but without, `to`. */
export interface KeyRange {
  readonly from: Buffer;
  readonly to?: Buffer | undefined;
}

// Items have a row id: a changed item stays where it is, and only keys are sorted. Entries of an index are
// sorted whole, since a query reads many that follow each other.
export function createItems(database: Database, rows: string): void {
  database.execute(
    `CREATE TABLE ${rows} (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, item TEXT NOT NULL) STRICT`,
  );
}

export function createEntries(database: Database, rows: string): void {
  database.execute(
    `CREATE TABLE ${rows} (key BLOB PRIMARY KEY, size INTEGER NOT NULL, item TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  );
}

export function dropRows(database: Database, rows: string): void {
  database.forget(rows);
  database.execute(`DROP TABLE IF EXISTS ${rows}`);
}

export function getRow(database: Database, rows: string, key: Buffer): StoredItem | undefined {
  const row = database.statement(`SELECT item, size FROM ${rows} WHERE key = ?`).get(key);
  return row === undefined ? undefined : storedItem(row);
}

export function putRow(database: Database, rows: string, key: Uint8Array, item: StoredItem): void {
  database
    .statement(
      `INSERT INTO ${rows} (key, size, item) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET size = excluded.size, item = excluded.item`,
    )
    .run(key, item.size, item.text);
}

export function deleteRow(database: Database, rows: string, key: Uint8Array): void {
  database.statement(`DELETE FROM ${rows} WHERE key = ?`).run(key);
}

export function readRows(
  database: Database,
  rows: string,
  { from, to }: KeyRange,
  { reverse, limit }: { readonly reverse: boolean; readonly limit: number },
): readonly StoredItem[] {
  const order = reverse ? 'DESC' : 'ASC';
  const upper = to === undefined ? '' : ' AND key < ?';
  const statement = database.statement(
    `SELECT item, size FROM ${rows} WHERE key >= ?${upper} ORDER BY key ${order} LIMIT ?`,
  );
  const found = to === undefined ? statement.all(from, limit) : statement.all(from, to, limit);
  return found.map(storedItem);
}

export function countRows(database: Database, rows: string): { items: number; bytes: number } {
  const row = database.statement(`SELECT count(*), coalesce(sum(size), 0) FROM ${rows}`).get();
  const [items, bytes] = (row ?? []) as unknown as readonly number[];
  return { items: items ?? 0, bytes: bytes ?? 0 };
}

/** Rows come as arrays (`setReturnArrays`), which the types of node:sqlite do not say. */
function storedItem(row: unknown): StoredItem {
  const [text, size] = row as readonly [string, number];
  return { text, size };
}
