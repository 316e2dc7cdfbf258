import { writeUnits } from '../capacity.ts';
import type { Context } from '../context.ts';
import { conditionalCheckFailed, validationError } from '../errors.ts';
import { holds } from '../expressions/evaluate-condition.ts';
import type { Path } from '../expressions/placeholders.ts';
import { projection } from '../expressions/project.ts';
import { deleteItem, putItem, updateItem } from '../requests/item-requests.ts';
import { readRequest } from '../requests/read-request.ts';
import { isSingleStatement, type WrittenBytes } from '../storage/writer.ts';
import type { Table } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemSize } from '../values/item-size.ts';
import { collectionMetrics } from './collection-metrics.ts';
import { findItem } from './stored.ts';
import {
  type PreparedWrite,
  prepareDelete,
  preparePut,
  prepareUpdate,
  type WriteAction,
} from './write-action.ts';

type ReturnValues = 'NONE' | 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW';

interface WriteRequest {
  readonly TableName: string;
  readonly ReturnValues?: ReturnValues | undefined;
  readonly ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE' | undefined;
  readonly ReturnItemCollectionMetrics?: 'SIZE' | 'NONE' | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' | undefined;
}

export function putItemOperation(context: Context, body: unknown): object {
  const request = readRequest(putItem, body);
  assertReturnsOld(request.ReturnValues);
  return write(context, request, preparePut(request));
}

export function deleteItemOperation(context: Context, body: unknown): object {
  const request = readRequest(deleteItem, body);
  assertReturnsOld(request.ReturnValues);
  return write(context, request, prepareDelete(request));
}

export function updateItemOperation(context: Context, body: unknown): object {
  const request = readRequest(updateItem, body);
  return write(context, request, prepareUpdate({ UpdateExpression: undefined, ...request }));
}

function assertReturnsOld(returnValues: ReturnValues = 'NONE'): void {
  if (returnValues !== 'NONE' && returnValues !== 'ALL_OLD') {
    throw validationError('ReturnValues can only be ALL_OLD or NONE');
  }
}

function write(context: Context, request: WriteRequest, prepared: PreparedWrite): object {
  const table = context.catalog.get(request.TableName);
  const action = prepared(table);
  // Nothing runs between this read and the write: the engine does one request at a time.
  const found = findItem(context, table, action.key);
  const before = found?.item;
  const capacity = context.capacity.count(table, 'write');
  if (action.condition !== undefined && !holds(action.condition, before ?? {})) {
    capacity.addTable(writeUnits(Math.max(found?.size ?? 0, putSize(action))));
    const returned = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    throw conditionalCheckFailed(returned ? before : undefined);
  }
  const after = action.next(before);
  const written = store(context, table, action, before, after);
  capacity.addWrite(written);
  const attributes = returned(request.ReturnValues, action, before, after);
  const consumed = capacity.response(request.ReturnConsumedCapacity);
  const metrics = collectionMetrics(
    context,
    table,
    action.keyItem,
    request.ReturnItemCollectionMetrics,
  );
  return {
    ...(attributes && { Attributes: attributes }),
    ...(consumed && { ConsumedCapacity: consumed }),
    ...(metrics && { ItemCollectionMetrics: metrics }),
  };
}

/**
 * What a write consumes whose condition fails: the units of the item as it is, or as it would be put.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
 */
function putSize(action: WriteAction): number {
  const item = action.update === undefined ? action.next(undefined) : undefined;
  return item === undefined ? 0 : itemSize(item);
}

function store(
  context: Context,
  table: Table,
  { key }: WriteAction,
  before: Item | undefined,
  after: Item | undefined,
): WrittenBytes {
  const work = () => context.writer.write({ table, key, before, after });
  const written = isSingleStatement(table) ? work() : context.database.transaction(work);
  if (table.definition.expiryAttribute !== undefined) context.scheduleExpiry();
  return written;
}

function returned(
  wanted: ReturnValues = 'NONE',
  action: WriteAction,
  before: Item | undefined,
  after: Item | undefined,
): Item | undefined {
  if (wanted === 'NONE') return undefined;
  if (wanted === 'ALL_OLD') return before;
  if (wanted === 'ALL_NEW') return after;
  const item = wanted === 'UPDATED_OLD' ? before : after;
  return item && changedPart(item, action.update?.paths ?? []);
}

/** Undefined where the item has none of the paths. */
function changedPart(item: Item, paths: readonly Path[]): Item | undefined {
  const part = projection(paths)(item);
  return Object.keys(part).length === 0 ? undefined : part;
}
