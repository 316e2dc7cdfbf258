import { readUnits } from '../capacity.ts';
import type { Context } from '../context.ts';
import { validationError } from '../errors.ts';
import { type BatchGetItemRequest, batchGetItem } from '../requests/item-requests.ts';
import { readRequest, refuseLegacy } from '../requests/read-request.ts';
import { assertNoProblems } from '../requests/shape.ts';
import type { Item } from '../values/attribute-value.ts';
import { readMap } from '../values/read-value.ts';
import { assertKey } from './item-key.ts';
import { requestProjection } from './read-options.ts';
import { findItem } from './stored.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_KEYS = 100;
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

type KeysAndAttributes = BatchGetItemRequest['RequestItems'][string];

export function batchGetItemOperation(context: Context, body: unknown): object {
  const request = readRequest(batchGetItem, body);
  const requests = Object.entries(request.RequestItems);
  assertCounts(requests);
  const prepared = requests.map(([name, each]) => {
    refuseLegacy(each);
    const keys = each.Keys.map((key) => readMap(key));
    return { name, request: each, keys, project: requestProjection(each) };
  });
  const bound = prepared.map((each) => {
    const table = context.catalog.get(each.name);
    for (const key of each.keys) assertKey(table, key);
    return { ...each, table, stored: each.keys.map((key) => table.keyOf(key)) };
  });
  for (const { stored } of bound) {
    if (new Set(stored.map((key) => key.toString('latin1'))).size < stored.length) {
      throw validationError('Provided list of item keys contains duplicates');
    }
  }
  let bytes = 0;
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, object> = {};
  const consumed: object[] = [];
  for (const { name, request: asked, keys, project, table, stored } of bound) {
    const items: Item[] = [];
    const left: unknown[] = [];
    const capacity = context.capacity.count(table, 'read');
    const kind = asked.ConsistentRead === true ? 'consistent' : 'eventual';
    for (const [at, key] of stored.entries()) {
      const found = bytes > MAX_RESPONSE_BYTES ? undefined : findItem(context, table, key);
      bytes += found?.size ?? 0;
      if (bytes > MAX_RESPONSE_BYTES) {
        left.push(keys[at]);
        continue;
      }
      capacity.addTable(readUnits(found?.size ?? 0, kind));
      if (found) items.push(project ? project(found.item) : found.item);
    }
    responses[name] = items;
    if (left.length > 0) unprocessed[name] = { ...asked, Keys: left };
    const each = capacity.response(request.ReturnConsumedCapacity);
    if (each) consumed.push(each);
  }
  return {
    Responses: responses,
    UnprocessedKeys: unprocessed,
    ...(consumed.length > 0 && { ConsumedCapacity: consumed }),
  };
}

function assertCounts(requests: readonly (readonly [string, KeysAndAttributes])[]): void {
  if (requests.length === 0) {
    throw validationError('The requestItems parameter is required for BatchGetItem');
  }
  const problems = requests
    .filter(([, { Keys }]) => Keys.length > MAX_KEYS)
    .map(
      ([name]) =>
        // Unlike elsewhere, the value is not shown.
        `Value at 'RequestItems.${name}.member.Keys' failed to satisfy constraint: Member must have length less than or equal to ${MAX_KEYS}`,
    );
  assertNoProblems(problems);
  if (requests.reduce((sum, [, { Keys }]) => sum + Keys.length, 0) > MAX_KEYS) {
    throw validationError('Too many items requested for the BatchGetItem call');
  }
}
