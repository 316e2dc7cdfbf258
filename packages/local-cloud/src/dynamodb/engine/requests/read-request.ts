import { serializationError, validationError } from '../errors.ts';
import { assertNoProblems, type Findings, type Shape } from './shape.ts';

/** Parameters of the API before expressions, and the expression that replaces each. */
const LEGACY_PARAMETERS: Readonly<Record<string, string>> = {
  AttributesToGet: 'ProjectionExpression',
  AttributeUpdates: 'UpdateExpression',
  ConditionalOperator: 'AND and OR in an expression',
  Expected: 'ConditionExpression',
  KeyConditions: 'KeyConditionExpression',
  QueryFilter: 'FilterExpression',
  ScanFilter: 'FilterExpression',
};

const EXPRESSION_PARAMETERS = [
  'ProjectionExpression',
  'UpdateExpression',
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
] as const;

/** Checks a request against its shape, and refuses what the engine does not do. */
export function readRequest<T>(shape: Shape<T>, body: unknown): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw serializationError('The request must be a JSON object.');
  }
  const findings: Findings = { problems: [], hasNulls: false };
  shape.check(body, '', findings);
  const { problems } = findings;
  const name = problems.filter((each) => each.includes(" at 'tableName' "));
  // DynamoDB looks at the table's name before everything else.
  assertNoProblems(name.length > 0 ? name : problems);
  const request = findings.hasNulls && shape.withoutNulls ? shape.withoutNulls(body) : body;
  refuseLegacy(request as Record<string, unknown>);
  return request as T;
}

/** Throws for the parameters of the API before expressions. */
export function refuseLegacy(body: Readonly<Record<string, unknown>>): void {
  const legacy = Object.keys(LEGACY_PARAMETERS).filter((each) => body[each] !== undefined);
  const [first] = legacy;
  if (first === undefined) return;
  const expressions = EXPRESSION_PARAMETERS.filter((each) => body[each] !== undefined);
  if (expressions.length > 0) {
    throw validationError(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(', ')}} Expression parameters: {${expressions.join(', ')}}`,
    );
  }
  throw validationError(
    `The legacy parameter ${first} is not supported; use ${LEGACY_PARAMETERS[first]} instead.`,
  );
}

/** Placeholders need an expression that uses them, and must not be empty. */
export function assertPlaceholders(
  request: {
    readonly ExpressionAttributeNames?: object | undefined;
    readonly ExpressionAttributeValues?: object | undefined;
  },
  expressions: Readonly<Record<string, string | undefined>>,
): void {
  const given = Object.values(expressions).some((each) => each !== undefined);
  for (const parameter of ['ExpressionAttributeNames', 'ExpressionAttributeValues'] as const) {
    const placeholders = request[parameter];
    if (placeholders === undefined) continue;
    if (!given) {
      // A projection has no values.
      const names = Object.keys(expressions).filter(
        (name) => parameter === 'ExpressionAttributeNames' || name !== 'ProjectionExpression',
      );
      throw validationError(
        `${parameter} can only be specified when using expressions: ${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} null`,
      );
    }
    if (Object.keys(placeholders).length === 0) {
      throw validationError(`${parameter} must not be empty`);
    }
  }
}
