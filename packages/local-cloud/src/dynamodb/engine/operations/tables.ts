import type { Context } from '../context.ts';
import { resourceNotFound, validationError } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import { deleteTable, describeTable, listTables } from '../requests/table-requests.ts';
import { countRows } from '../storage/rows.ts';
import type { Counts } from '../tables/definition.ts';
import { describeTable as describe } from '../tables/describe.ts';
import type { Table } from '../tables/table.ts';
import { keepStream } from './stream-changes.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
const COUNT_INTERVAL_MS = 6 * 60 * 60 * 1000;
const MAX_TABLES_A_PAGE = 100;

export function describeTableOperation(context: Context, body: unknown): object {
  const { TableName } = readRequest(describeTable, body);
  const table = tableToDescribe(context, TableName);
  const now = context.clock.now();
  if (now - table.definition.counted.at < COUNT_INTERVAL_MS) {
    return { Table: describe(table.definition) };
  }
  const counts: Record<string, Counts> = { '': countRows(context.database, table.rows) };
  for (const index of table.indexes) counts[index.name] = countRows(context.database, index.rows);
  const counted = { at: now, counts };
  return {
    Table: describe(context.catalog.update(table, { ...table.definition, counted }).definition),
  };
}

export function deleteTableOperation(context: Context, body: unknown): object {
  const { TableName } = readRequest(deleteTable, body);
  const table = tableToDescribe(context, TableName);
  if (table.definition.deletionProtection) {
    throw validationError(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }
  context.catalog.delete(table, () => {
    context.expirations.forget(table);
    context.collections.forget(table);
    keepStream(context.streams, table.definition, undefined);
    for (const index of table.indexes) context.entries.forget(index);
  });
  return { TableDescription: describe(table.definition, 'DELETING') };
}

export function listTablesOperation(context: Context, body: unknown): object {
  const request = readRequest(listTables, body);
  const limit = request.Limit ?? MAX_TABLES_A_PAGE;
  const start = request.ExclusiveStartTableName;
  const names = context.catalog
    .all()
    .map(({ name }) => name)
    .sort()
    .filter((name) => start === undefined || name > start);
  const page = names.slice(0, limit);
  const last = names.length > limit ? page.at(-1) : undefined;
  return { TableNames: page, ...(last !== undefined && { LastEvaluatedTableName: last }) };
}

function tableToDescribe(context: Context, name: string): Table {
  const table = context.catalog.find(name);
  if (table === undefined) throw resourceNotFound(`Table: ${name} not found`);
  return table;
}
