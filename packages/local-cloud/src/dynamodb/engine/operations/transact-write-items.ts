import { type ConsumedCapacity, readUnits } from '../capacity.ts';
import type { Context } from '../context.ts';
import { validationError } from '../errors.ts';
import { holds } from '../expressions/evaluate-condition.ts';
import {
  type TransactWriteItem,
  type TransactWriteItemsRequest,
  transactWriteItems,
} from '../requests/item-requests.ts';
import { readRequest } from '../requests/read-request.ts';
import type { ItemWrite } from '../storage/writer.ts';
import type { Table } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { itemSize } from '../values/item-size.ts';
import {
  assertNoReason,
  type CancellationReason,
  conditionFailed,
  conflictReasons,
  isReason,
  NO_REASON,
  orCancelled,
  orReason,
} from './cancellation.ts';
import { collectionMetrics } from './collection-metrics.ts';
import { findItem } from './stored.ts';
import { assertDistinctItems, MAX_TRANSACTION_BYTES } from './transaction-limits.ts';
import {
  type PreparedWrite,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
  type WriteAction,
} from './write-action.ts';

interface TableAction extends WriteAction {
  readonly table: Table;
  readonly returnsOld: boolean;
}

interface Outcome {
  readonly reason: CancellationReason;
  readonly write?: ItemWrite;
}

/** All writes are done or none; the conditions see the items as they were before. */
export function transactWriteItemsOperation(context: Context, body: unknown): object {
  const request = readRequest(transactWriteItems, body);
  const prepared = request.TransactItems.map(prepare);
  const token = request.ClientRequestToken;
  if (token !== undefined && context.tokens.isRepeated(token, request.TransactItems)) {
    return repeated(context, request, prepared);
  }
  const bound = bindActions(context, prepared);
  const conflict = context.conflicts.next(bound.length);
  if (conflict !== undefined) assertNoReason(conflictReasons(bound.length, conflict));
  const outcomes = bound.map((each): Outcome => (isReason(each) ? each : outcomeOf(context, each)));
  assertNoReason(outcomes.map(({ reason }) => reason));
  const actions = bound.flatMap((each) => (isReason(each) ? [] : [each]));
  const writes = outcomes.flatMap(({ write }) => write ?? []);
  assertSize(writes);
  const capacities = new Map<Table, ConsumedCapacity>();
  const capacityOf = (table: Table) => {
    const known = capacities.get(table) ?? context.capacity.count(table, 'write', true);
    capacities.set(table, known);
    return known;
  };
  context.database.transaction(() => {
    for (const [at, action] of actions.entries()) {
      const write = writes[at];
      if (write === undefined) continue;
      const written = action.isCheck
        ? { table: write.before ? itemSize(write.before) : 0, indexes: [] }
        : orCancelled(actions.length, at, () => context.writer.write(write));
      capacityOf(action.table).addWrite(written, true);
    }
    if (token !== undefined) context.tokens.remember(token, request.TransactItems);
  });
  context.scheduleExpiry();
  return { ...consumption(capacities, request), ...metricsOf(context, actions, request) };
}

interface PreparedAction {
  readonly name: string;
  readonly returnsOld: boolean;
  readonly write: PreparedWrite;
}

function prepare(item: TransactWriteItem): PreparedAction {
  const { ConditionCheck, Put, Delete, Update } = item;
  const given = [ConditionCheck, Put, Delete, Update].filter((each) => each !== undefined);
  const [action] = given;
  if (action === undefined || given.length > 1) {
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const returnsOld = action.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  const prepared = (write: PreparedWrite) => ({ name: action.TableName, returnsOld, write });
  if (Put) return prepared(preparePut(Put));
  if (Update) return prepared(prepareUpdate(Update));
  if (Delete) return prepared(prepareDelete(Delete));
  if (ConditionCheck) return prepared(prepareCheck(ConditionCheck));
  throw new TypeError('One of the four actions is given.');
}

/** An action whose key does not fit its table is a reason to cancel. */
function bindActions(context: Context, prepared: readonly PreparedAction[]) {
  const tables = prepared.map((each) => ({ ...each, table: context.catalog.get(each.name) }));
  const bound = tables.map(({ table, write, returnsOld }) =>
    orReason((): TableAction => ({ ...write(table), table, returnsOld })),
  );
  assertDistinctItems(bound.flatMap((each) => (isReason(each) ? [] : [each])));
  return bound;
}

function outcomeOf(context: Context, action: TableAction): Outcome {
  const { table, key, condition } = action;
  const before = findItem(context, table, key)?.item;
  if (condition !== undefined && !holds(condition, before ?? {})) {
    return { reason: conditionFailed(action.returnsOld ? before : undefined) };
  }
  return orReason(() => ({
    reason: NO_REASON,
    write: { table, key, before, after: action.next(before) },
  })) as Outcome;
}

function assertSize(writes: readonly ItemWrite[]): void {
  const sizes = writes.map(({ before, after }) => sizeOf(after) || sizeOf(before));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MAX_TRANSACTION_BYTES) {
    throw validationError(
      `The items of the transaction have ${bytes} bytes; at most ${MAX_TRANSACTION_BYTES} are allowed.`,
    );
  }
}

function sizeOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemSize(item);
}

/** A repeated request writes nothing; it costs what reading its items costs. */
function repeated(
  context: Context,
  request: TransactWriteItemsRequest,
  prepared: readonly PreparedAction[],
): object {
  const capacities = new Map<Table, ConsumedCapacity>();
  for (const action of bindActions(context, prepared)) {
    if (isReason(action)) continue;
    const { table, key } = action;
    const capacity = capacities.get(table) ?? context.capacity.count(table, 'read', true);
    capacities.set(table, capacity);
    capacity.addTable(readUnits(findItem(context, table, key)?.size ?? 0, 'transaction'));
  }
  return consumption(capacities, request);
}

function consumption(
  capacities: ReadonlyMap<Table, ConsumedCapacity>,
  { ReturnConsumedCapacity }: TransactWriteItemsRequest,
): object {
  const consumed = [...capacities.values()].flatMap(
    (capacity) => capacity.response(ReturnConsumedCapacity) ?? [],
  );
  return consumed.length > 0 ? { ConsumedCapacity: consumed } : {};
}

function metricsOf(
  context: Context,
  actions: readonly TableAction[],
  { ReturnItemCollectionMetrics }: TransactWriteItemsRequest,
): object {
  const metrics: Record<string, object[]> = {};
  for (const { table, keyItem } of actions) {
    const each = collectionMetrics(context, table, keyItem, ReturnItemCollectionMetrics);
    if (each) metrics[table.name] = [...(metrics[table.name] ?? []), each];
  }
  return Object.keys(metrics).length > 0 ? { ItemCollectionMetrics: metrics } : {};
}
