import { validationError } from '../errors.ts';
import { bindCondition } from '../expressions/bind-condition.ts';
import type { BoundCondition } from '../expressions/bound-condition.ts';
import { parseFilter, parseKeyCondition } from '../expressions/parsers.ts';
import { type Path, Placeholders } from '../expressions/placeholders.ts';
import { assertPlaceholders } from '../requests/read-request.ts';
import { projectedPaths } from './read-options.ts';

export interface ReadRequest {
  readonly TableName: string;
  readonly IndexName?: string | undefined;
  readonly Select?: Select | undefined;
  readonly Limit?: number | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly ExclusiveStartKey?: Readonly<Record<string, unknown>> | undefined;
  readonly ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE' | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

export type Select =
  | 'SPECIFIC_ATTRIBUTES'
  | 'COUNT'
  | 'ALL_ATTRIBUTES'
  | 'ALL_PROJECTED_ATTRIBUTES';

export interface ReadExpressions {
  readonly keyCondition?: BoundCondition;
  readonly filter?: BoundCondition;
  readonly projected?: readonly Path[];
}

/** @param names the expression parameters that the operation has */
export function readExpressions(
  request: ReadRequest,
  names: readonly ('FilterExpression' | 'KeyConditionExpression' | 'ProjectionExpression')[],
): ReadExpressions {
  const { FilterExpression, KeyConditionExpression, ProjectionExpression } = request;
  assertPlaceholders(request, Object.fromEntries(names.map((name) => [name, request[name]])));
  assertSelect(request);
  const placeholders = new Placeholders(
    request.ExpressionAttributeNames,
    request.ExpressionAttributeValues,
  );
  const projected =
    ProjectionExpression === undefined
      ? undefined
      : projectedPaths(ProjectionExpression, placeholders);
  const filter =
    FilterExpression === undefined
      ? undefined
      : bindCondition('FilterExpression', parseFilter(FilterExpression), placeholders);
  const keyCondition =
    KeyConditionExpression === undefined
      ? undefined
      : bindCondition(
          'KeyConditionExpression',
          parseKeyCondition(KeyConditionExpression),
          placeholders,
        );
  placeholders.assertAllUsed();
  return {
    ...(projected && { projected }),
    ...(filter && { filter }),
    ...(keyCondition && { keyCondition }),
  };
}

function assertSelect({ Select, IndexName, ProjectionExpression }: ReadRequest): void {
  if (Select === undefined) return;
  if (Select === 'SPECIFIC_ATTRIBUTES') {
    if (ProjectionExpression === undefined) {
      throw validationError(
        'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
      );
    }
    return;
  }
  if (ProjectionExpression !== undefined) {
    throw validationError(
      Select === 'COUNT'
        ? 'Cannot specify the ProjectionExpression when choosing to get only the Count'
        : `Cannot specify the ProjectionExpression when choosing to get ${Select}`,
    );
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw validationError(
      'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName',
    );
  }
}
