import { readUnits } from '../capacity.ts';
import type { Context } from '../context.ts';
import { getItem } from '../requests/item-requests.ts';
import { readRequest } from '../requests/read-request.ts';
import { readMap } from '../values/read-value.ts';
import { assertKey } from './item-key.ts';
import { requestProjection } from './read-options.ts';
import { findItem } from './stored.ts';

export function getItemOperation(context: Context, body: unknown): object {
  const request = readRequest(getItem, body);
  const key = readMap(request.Key);
  const project = requestProjection(request);
  const table = context.catalog.get(request.TableName);
  assertKey(table, key);
  const found = findItem(context, table, table.keyOf(key));
  const capacity = context.capacity.count(table, 'read');
  const kind = request.ConsistentRead === true ? 'consistent' : 'eventual';
  capacity.addTable(readUnits(found?.size ?? 0, kind));
  const consumed = capacity.response(request.ReturnConsumedCapacity);
  return {
    ...(found && { Item: project ? project(found.item) : found.item }),
    ...(consumed && { ConsumedCapacity: consumed }),
  };
}
