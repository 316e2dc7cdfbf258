import type { Context } from '../context.ts';
import { validationError } from '../errors.ts';
import { type ScanRequest, scan } from '../requests/item-requests.ts';
import { readRequest } from '../requests/read-request.ts';
import { isInRange, segmentRange } from './key-range.ts';
import { readExpressions } from './read-expressions.ts';
import { behind, readPage } from './read-page.ts';
import { readTarget } from './read-target.ts';
import { startKey } from './start-key.ts';

export function scanOperation(context: Context, body: unknown): object {
  const request = readRequest(scan, body);
  assertSegment(request);
  const expressions = readExpressions(request, ['ProjectionExpression', 'FilterExpression']);
  const target = readTarget(context.catalog.get(request.TableName), request);
  const { Segment: segment = 0, TotalSegments: total = 1, ExclusiveStartKey } = request;
  let range = segmentRange(segment, total);
  if (ExclusiveStartKey !== undefined) {
    const { key } = startKey(target, ExclusiveStartKey);
    if (!isInRange(key, range)) {
      throw validationError(
        `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${total} Segment: ${segment}`,
      );
    }
    range = behind(range, key, false);
  }
  return readPage(context, { target, range, reverse: false, request, expressions });
}

function assertSegment({ Segment, TotalSegments }: ScanRequest): void {
  if (Segment !== undefined && TotalSegments === undefined) {
    throw validationError(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (TotalSegments !== undefined && Segment === undefined) {
    throw validationError(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (Segment !== undefined && TotalSegments !== undefined && Segment >= TotalSegments) {
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  }
}
