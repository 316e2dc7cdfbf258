import type * as z from 'zod/mini';
import type { FieldProblem } from '../../core/contract/problem.ts';
import { REFUSED_NAME, refusedNames } from '../../core/validation/refused-names.ts';

/** Where a field stands in a request: it decides how a pointer to it is written. */
export type RequestPlace = 'body' | 'query' | 'header';

/** zod's findings as the contract names fields: `/parts/3/etag`, `?limit`, `header:idempotency-key`. */
export function fieldProblems(error: z.core.$ZodError, place: RequestPlace): FieldProblem[] {
  return error.issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => ({
      pointer: pointerTo(key === undefined ? issue.path : [...issue.path, key], place),
      code: issue.code,
      detail: key === undefined ? issue.message : `There is no field ${JSON.stringify(key)} here.`,
    }));
  });
}

/** What no schema tells of a body: fields whose name is refused wherever they stand. */
export function refusedFields(json: unknown): FieldProblem[] {
  return refusedNames(json).map((path) => ({
    pointer: pointerTo(path, 'body'),
    code: 'unrecognized_keys',
    detail: `A field cannot have the name ${REFUSED_NAME}.`,
  }));
}

function pointerTo(path: readonly PropertyKey[], place: RequestPlace): string {
  if (place === 'query') return `?${path.map(String).join('.')}`;
  if (place === 'header') return `header:${path.map(String).join('.')}`;
  // RFC 6901, section 3: `~` is written `~0` and `/` is written `~1`.
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
