import { AwsError } from '../shared/aws-error.ts';

type Step = string | number;

const STEP = /\.([A-Za-z_][\w-]*)|\['([^']+)'\]|\["([^"]+)"\]|\[(\d+)\]/y;

/**
 * A path into an event, as `InputPath` and `InputPathsMap` use it: `$`, then names and indexes. Wildcards,
 * slices and filters are refused.
 */
export function compilePath(path: string): (event: unknown) => unknown {
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (path.startsWith('$') && STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) break;
    steps.push(
      match[4] === undefined ? (match[1] ?? match[2] ?? match[3] ?? '') : Number(match[4]),
    );
    if (STEP.lastIndex === path.length) return (event) => walk(event, steps);
  }
  if (path === '$') return (event) => event;
  throw new AwsError(
    'ValidationException',
    `The path ${path} is not supported; a path is $ with names and indexes, as $.detail.items[0].`,
  );
}

function walk(event: unknown, steps: readonly Step[]): unknown {
  return steps.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    return (value as Record<Step, unknown>)[step];
  }, event);
}
