import { validationError } from '../errors.ts';
import type { KeyAttributes } from '../tables/definition.ts';
import type { Index, Table } from '../tables/table.ts';

/** What a query or scan reads: a table or one of its indexes. */
export interface ReadTarget {
  readonly table: Table;
  readonly index?: Index;
  readonly keys: KeyAttributes;
  readonly rows: string;
}

export function readTarget(
  table: Table,
  request: {
    readonly IndexName?: string | undefined;
    readonly ConsistentRead?: boolean | undefined;
  },
): ReadTarget {
  const { IndexName, ConsistentRead } = request;
  if (IndexName === undefined) return { table, keys: table.keys, rows: table.rows };
  const index = table.index(IndexName);
  if (index === undefined) {
    throw validationError(`The table does not have the specified index: ${IndexName}`);
  }
  if (index.isGlobal && ConsistentRead === true) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  return { table, index, keys: index.keys, rows: index.rows };
}
