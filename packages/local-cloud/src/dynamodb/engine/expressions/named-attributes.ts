import { bindCondition } from './bind-condition.ts';
import { bindUpdate } from './bind-update.ts';
import { pathsOf } from './condition-paths.ts';
import {
  parseFilter,
  parseProjectionCached,
  parseUpdateCached,
  parseWriteCondition,
} from './parsers.ts';
import { type Path, Placeholders } from './placeholders.ts';

/** The expression parameters of any request. */
export interface Expressions {
  readonly ConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

/** The top-level attributes that the request's expressions name, except those of a key condition. */
export function namedAttributes(request: Expressions) {
  const placeholders = new Placeholders(
    request.ExpressionAttributeNames,
    request.ExpressionAttributeValues,
  );
  const { ProjectionExpression, ConditionExpression, FilterExpression, UpdateExpression } = request;
  const paths: Path[] = [];
  if (ProjectionExpression !== undefined) {
    for (const path of parseProjectionCached(ProjectionExpression)) {
      paths.push(placeholders.path('ProjectionExpression', path));
    }
  }
  if (ConditionExpression !== undefined) {
    const parsed = parseWriteCondition(ConditionExpression);
    paths.push(...pathsOf(bindCondition('ConditionExpression', parsed, placeholders)));
  }
  if (FilterExpression !== undefined) {
    const parsed = parseFilter(FilterExpression);
    paths.push(...pathsOf(bindCondition('FilterExpression', parsed, placeholders)));
  }
  if (UpdateExpression !== undefined) {
    const update = bindUpdate(parseUpdateCached(UpdateExpression), placeholders);
    paths.push(...update.paths, ...update.readPaths);
  }
  return { placeholders, names: paths.map(([name]) => String(name)) };
}
