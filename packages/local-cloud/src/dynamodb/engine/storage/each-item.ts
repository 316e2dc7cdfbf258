import type { Table } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemFromText } from '../values/item-text.ts';
import type { Database } from './database.ts';

const ROWS_A_READ = 500;

/** Calls `work` for every item of a table; it must not write to the table. */
export function forEachItem(
  database: Database,
  table: Table,
  work: (key: Buffer, item: Item) => void,
): void {
  const statement = database.statement(
    `SELECT id, item FROM ${table.rows} WHERE id > ? ORDER BY id LIMIT ${ROWS_A_READ}`,
  );
  let last = 0;
  for (;;) {
    const rows = statement.all(last) as unknown as readonly (readonly [number, string])[];
    for (const [id, text] of rows) {
      const item = itemFromText(text);
      work(table.keyOf(item), item);
      last = id;
    }
    if (rows.length < ROWS_A_READ) return;
  }
}
