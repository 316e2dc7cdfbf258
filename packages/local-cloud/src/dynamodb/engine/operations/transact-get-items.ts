import { type ConsumedCapacity, readUnits } from '../capacity.ts';
import type { Context } from '../context.ts';
import { validationError } from '../errors.ts';
import { transactGetItems } from '../requests/item-requests.ts';
import { readRequest } from '../requests/read-request.ts';
import type { Table } from '../tables/table.ts';
import { readMap } from '../values/read-value.ts';
import { assertNoReason, isReason, NO_REASON, orReason } from './cancellation.ts';
import { assertKey } from './item-key.ts';
import { requestProjection } from './read-options.ts';
import { findItem } from './stored.ts';
import { assertDistinctItems, MAX_TRANSACTION_BYTES } from './transaction-limits.ts';

export function transactGetItemsOperation(context: Context, body: unknown): object {
  const request = readRequest(transactGetItems, body);
  const gets = request.TransactItems.map(({ Get }) => ({
    name: Get.TableName,
    key: readMap(Get.Key),
    project: requestProjection(Get),
  }));
  const bound = gets.map((get) => ({ ...get, table: context.catalog.get(get.name) }));
  const keys = bound.map(({ table, key }) =>
    orReason(() => {
      assertKey(table, key);
      return { table, key: table.keyOf(key) };
    }),
  );
  assertNoReason(keys.map((key) => (isReason(key) ? key.reason : NO_REASON)));
  assertDistinctItems(keys.flatMap((key) => (isReason(key) ? [] : [key])));
  const capacities = new Map<Table, ConsumedCapacity>();
  let bytes = 0;
  const responses = bound.map(({ table, key, project }) => {
    const found = findItem(context, table, table.keyOf(key));
    bytes += found?.size ?? 0;
    const capacity = capacities.get(table) ?? context.capacity.count(table, 'read', true);
    capacities.set(table, capacity);
    capacity.addTable(readUnits(found?.size ?? 0, 'transaction'));
    return found ? { Item: project ? project(found.item) : found.item } : {};
  });
  if (bytes > MAX_TRANSACTION_BYTES) {
    throw validationError(
      `The items of the transaction have ${bytes} bytes; at most ${MAX_TRANSACTION_BYTES} are allowed.`,
    );
  }
  const consumed = [...capacities.values()].flatMap(
    (capacity) => capacity.response(request.ReturnConsumedCapacity) ?? [],
  );
  return { Responses: responses, ...(consumed.length > 0 && { ConsumedCapacity: consumed }) };
}
