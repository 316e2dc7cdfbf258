import { applyUpdate, assertKeysUntouched } from '../expressions/apply-update.ts';
import { bindCondition } from '../expressions/bind-condition.ts';
import { type BoundUpdate, bindUpdate } from '../expressions/bind-update.ts';
import type { BoundCondition } from '../expressions/bound-condition.ts';
import { parseUpdateCached, parseWriteCondition } from '../expressions/parsers.ts';
import { Placeholders } from '../expressions/placeholders.ts';
import { assertPlaceholders } from '../requests/read-request.ts';
import type { Table } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { readMap } from '../values/read-value.ts';
import { assertItemKeys, assertKey, assertUpdatedIndexKeys } from './item-key.ts';
import { assertItemSize, assertUpdatedItemSize } from './item-limits.ts';

/** One write, ready for its table: alone, in a batch or in a transaction. */
export interface WriteAction {
  readonly key: Buffer;
  /** The key's attributes. */
  readonly keyItem: Item;
  readonly condition?: BoundCondition | undefined;
  /** Only checks its condition. */
  readonly isCheck?: boolean;
  readonly update?: BoundUpdate;
  /** The item after the write. Throws ValidationException where the update does not fit the item. */
  next(before: Item | undefined): Item | undefined;
}

/** What of a write does not depend on its table is checked first; then it is prepared for the table. */
export type PreparedWrite = (table: Table) => WriteAction;

interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

type Attributes = Readonly<Record<string, unknown>>;

export function preparePut(request: Conditional & { readonly Item: Attributes }): PreparedWrite {
  const { condition } = expressions(request);
  const item = readMap(request.Item);
  assertItemSize(item);
  return (table) => {
    assertItemKeys(table, item);
    const keyItem = table.keyAttributesOf(item);
    return { key: table.keyOf(item), keyItem, condition, next: () => item };
  };
}

export function prepareDelete(request: Conditional & { readonly Key: Attributes }): PreparedWrite {
  const { condition } = expressions(request);
  return keyed(request.Key, () => ({ condition, next: () => undefined }));
}

export function prepareCheck(request: Conditional & { readonly Key: Attributes }): PreparedWrite {
  const { condition } = expressions(request);
  return keyed(request.Key, () => ({ condition, isCheck: true, next: (before) => before }));
}

export function prepareUpdate(
  request: Conditional & {
    readonly Key: Attributes;
    readonly UpdateExpression?: string | undefined;
  },
): PreparedWrite {
  const { condition, update } = expressions(request, request.UpdateExpression);
  return keyed(request.Key, (table, key) => {
    if (update === undefined) return { condition, next: (before) => before ?? key };
    assertKeysUntouched(update, table.keyNames);
    return {
      condition,
      update,
      next(before) {
        const after = applyUpdate(update, before ?? key);
        assertUpdatedIndexKeys(table, after);
        assertUpdatedItemSize(after);
        return after;
      },
    };
  });
}

function keyed(
  given: Attributes,
  prepare: (table: Table, key: Item) => Omit<WriteAction, 'key' | 'keyItem'>,
): PreparedWrite {
  const keyItem = readMap(given);
  return (table) => {
    assertKey(table, keyItem);
    return { ...prepare(table, keyItem), keyItem, key: table.keyOf(keyItem) };
  };
}

function expressions(request: Conditional, updateExpression?: string) {
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = request;
  assertPlaceholders(
    request,
    'UpdateExpression' in request
      ? { UpdateExpression: updateExpression, ConditionExpression }
      : { ConditionExpression },
  );
  if (ConditionExpression === undefined && updateExpression === undefined) return {};
  const placeholders = new Placeholders(ExpressionAttributeNames, ExpressionAttributeValues);
  const parsedUpdate =
    updateExpression === undefined ? undefined : parseUpdateCached(updateExpression);
  const parsedCondition =
    ConditionExpression === undefined ? undefined : parseWriteCondition(ConditionExpression);
  const update = parsedUpdate && bindUpdate(parsedUpdate, placeholders);
  const condition =
    parsedCondition && bindCondition('ConditionExpression', parsedCondition, placeholders);
  placeholders.assertAllUsed();
  return { ...(update && { update }), ...(condition && { condition }) };
}
