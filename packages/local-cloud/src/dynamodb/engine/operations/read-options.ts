import { parseProjectionCached } from '../expressions/parsers.ts';
import { assertNoOverlap } from '../expressions/path-overlap.ts';
import { type Path, Placeholders } from '../expressions/placeholders.ts';
import { type Projection, projection } from '../expressions/project.ts';
import { assertPlaceholders } from '../requests/read-request.ts';

interface Projected {
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
}

/** The projection of a request that has no other expression; undefined for whole items. */
export function requestProjection(request: Projected): Projection | undefined {
  const { ProjectionExpression, ExpressionAttributeNames } = request;
  assertPlaceholders(request, { ProjectionExpression });
  if (ProjectionExpression === undefined) return undefined;
  const placeholders = new Placeholders(ExpressionAttributeNames);
  const paths = projectedPaths(ProjectionExpression, placeholders);
  placeholders.assertAllUsed();
  return projection(paths);
}

export function projectedPaths(expression: string, placeholders: Placeholders): readonly Path[] {
  const paths = parseProjectionCached(expression).map((path) =>
    placeholders.path('ProjectionExpression', path),
  );
  assertNoOverlap('ProjectionExpression', paths);
  return paths;
}
