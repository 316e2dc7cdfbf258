import type * as z from 'zod/mini';
import type { FieldProblem } from '../../core/contract/problem.ts';
import { REFUSED_NAME, refusedNames } from '../../core/validation/refused-names.ts';

/** The part of a request that holds a field: it determines how a pointer to it is written. */
export type RequestPlace = 'body' | 'query' | 'header';

/** zod's issues with fields named as in the contract: `/parts/3/etag`, `?limit`, `header:idempotency-key`. */
export function fieldProblems(error: z.core.$ZodError, place: RequestPlace): FieldProblem[] {
  return error.issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => ({
      pointer: pointerTo(key === undefined ? issue.path : [...issue.path, key], place),
      code: issue.code,
      detail:
        key === undefined
          ? issue.message
          : `${JSON.stringify(key)} is not a field of this request.`,
    }));
  });
}

/** Fields of a body whose name is refused at any depth, which no schema reports. */
export function forbiddenFields(json: unknown): FieldProblem[] {
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
