import type { Context } from '../context.ts';
import { invalidParameter, validationError } from '../errors.ts';
import { pathsOf } from '../expressions/condition-paths.ts';
import { keyCondition } from '../expressions/key-condition.ts';
import { query } from '../requests/item-requests.ts';
import { readRequest } from '../requests/read-request.ts';
import type { KeyRange } from '../storage/rows.ts';
import { namesOf } from '../tables/table.ts';
import { type AttributeValue, attributeOf } from '../values/attribute-value.ts';
import { equalValues } from '../values/compare.ts';
import { isInRange, keyRange } from './key-range.ts';
import { type ReadExpressions, readExpressions } from './read-expressions.ts';
import { behind, readPage } from './read-page.ts';
import { type ReadTarget, readTarget } from './read-target.ts';
import { startKey } from './start-key.ts';

export function queryOperation(context: Context, body: unknown): object {
  const request = readRequest(query, body);
  if (request.Limit !== undefined && request.Limit < 1) {
    throw validationError(
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  }
  const expressions = readExpressions(request, [
    'ProjectionExpression',
    'FilterExpression',
    'KeyConditionExpression',
  ]);
  if (expressions.keyCondition === undefined) {
    throw validationError(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const target = readTarget(context.catalog.get(request.TableName), request);
  const { partition, sort } = target.keys;
  const condition = keyCondition(expressions.keyCondition, partition, sort);
  const whole = { partition: condition.partition, range: keyRange(condition) };
  assertFilterWithoutKeys(target, expressions);
  assertFilterProjected(target, expressions);
  const reverse = request.ScanIndexForward === false;
  const range =
    request.ExclusiveStartKey === undefined
      ? whole.range
      : rest(target, whole, request.ExclusiveStartKey, reverse);
  return readPage(context, { target, range, reverse, request, expressions });
}

function rest(
  target: ReadTarget,
  { partition, range }: { readonly partition: AttributeValue; readonly range: KeyRange },
  given: Readonly<Record<string, unknown>>,
  reverse: boolean,
): KeyRange {
  const { key, item } = startKey(target, given);
  const own = attributeOf(item, target.keys.partition.name);
  if (own === undefined || !equalValues(own, partition)) {
    throw validationError(
      'The provided starting key is outside query boundaries based on provided conditions',
    );
  }
  if (!isInRange(key, range)) {
    throw validationError('The provided starting key does not match the range key predicate');
  }
  return behind(range, key, reverse);
}

function assertFilterWithoutKeys({ keys }: ReadTarget, { filter }: ReadExpressions): void {
  if (filter === undefined) return;
  const names = namesOf(keys);
  const [used] = pathsOf(filter).filter(([name]) => names.includes(String(name)));
  if (used !== undefined) {
    throw validationError(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${used[0]}`,
    );
  }
}

/** A scan, unlike a query, may filter by what its index does not have: it finds nothing. */
function assertFilterProjected({ index }: ReadTarget, { filter }: ReadExpressions): void {
  if (filter === undefined || index === undefined) return;
  const names = pathsOf(filter).map(([name]) => String(name));
  const missing = [...new Set(names)].filter((name) => !index.projects(name));
  if (missing.length > 0) {
    throw invalidParameter(
      `Secondary index ${index.name} does not project one or more filter attributes: [${missing.join(', ')}]`,
    );
  }
}
