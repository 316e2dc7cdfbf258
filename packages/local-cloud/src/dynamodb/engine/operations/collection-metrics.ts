import type { Table } from '../tables/table.ts';
import { attributeOf, type Item } from '../values/attribute-value.ts';

/** Item collections, and their metrics, exist only in tables with local indexes. */
export function collectionMetrics(
  table: Table,
  key: Item,
  wanted: 'SIZE' | 'NONE' | undefined,
): object | undefined {
  if (wanted !== 'SIZE' || !table.hasLocalIndexes) return undefined;
  const { name } = table.keys.partition;
  return {
    ItemCollectionKey: { [name]: attributeOf(key, name) },
    // An estimate in GB: a collection here is always below the first.
    SizeEstimateRangeGB: [0, 1],
  };
}
