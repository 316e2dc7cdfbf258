import type { Context } from '../context.ts';
import type { Table } from '../tables/table.ts';
import { attributeOf, type Item } from '../values/attribute-value.ts';

const GIGABYTE = 1024 ** 3;

/** Item collections, and their metrics, exist only in tables with local indexes. Call it after the write. */
export function collectionMetrics(
  { collections }: Context,
  table: Table,
  key: Item,
  wanted: 'SIZE' | 'NONE' | undefined,
): object | undefined {
  if (wanted !== 'SIZE' || !table.hasLocalIndexes) return undefined;
  const { name } = table.keys.partition;
  const from = Math.floor(collections.bytesOf(table, key) / GIGABYTE);
  return {
    ItemCollectionKey: { [name]: attributeOf(key, name) },
    // A lower and an upper bound in GB.
    SizeEstimateRangeGB: [from, from + 1],
  };
}
