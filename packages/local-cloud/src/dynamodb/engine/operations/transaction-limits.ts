import { validationError } from '../errors.ts';
import type { Table } from '../tables/table.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

export function assertDistinctItems(
  items: readonly { readonly table: Table; readonly key: Buffer }[],
): void {
  const known = new Set(items.map(({ table, key }) => `${table.id}/${key.toString('latin1')}`));
  if (known.size < items.length) {
    throw validationError('Transaction request cannot include multiple operations on one item');
  }
}
