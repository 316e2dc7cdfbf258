import type { Context } from '../context.ts';
import { getRow } from '../storage/rows.ts';
import type { Table } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemFromText } from '../values/item-text.ts';

interface FoundItem {
  readonly item: Item;
  /** In bytes, as DynamoDB counts. */
  readonly size: number;
}

export function findItem(context: Context, table: Table, key: Buffer): FoundItem | undefined {
  const row = getRow(context.database, table.rows, key);
  return row === undefined ? undefined : { item: itemFromText(row.text), size: row.size };
}
