import type * as z from 'zod/mini';
import type { FieldProblem } from '../../core/contract/problem.ts';
import { check } from '../../core/validation/check.ts';
import type { ApiExchange } from './api-request.ts';
import { fieldProblems, type RequestPlace, refusedFields } from './field-problems.ts';
import { ProblemError, uploadNotFound } from './problem-error.ts';

/** What a route takes; a schema that is left out means that this place is not looked at. */
export interface RequestSchemas {
  /** A path that does not fit is answered as an absent upload: nobody learns what an id looks like. */
  readonly path?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
  /** Names in lower case, as HTTP APIs hand them on. */
  readonly headers?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
}

/** What of a schema's output arrives, or undefined where there is none. */
type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

export interface ValidRequest<Schemas extends RequestSchemas> {
  readonly path: Output<Schemas['path']>;
  readonly query: Output<Schemas['query']>;
  readonly headers: Output<Schemas['headers']>;
  readonly body: Output<Schemas['body']>;
}

/** Checks every place of the request and tells all that is wrong at once, in `event.valid` what is right. */
export function validateRequest<Schemas extends RequestSchemas>(schemas: Schemas) {
  return {
    before({ event }: ApiExchange): void {
      const errors: FieldProblem[] = [];
      const read = (schema: z.ZodMiniType | undefined, value: unknown, place: RequestPlace) => {
        if (!schema) return undefined;
        const result = check(schema, value);
        if (!result.success) errors.push(...fieldProblems(result.error, place));
        return result.data;
      };
      const path = schemas.path?.safeParse(event.pathParameters ?? {});
      if (path && !path.success) throw uploadNotFound();
      const refused = schemas.body ? refusedFields(event.json) : [];
      if (refused.length > 0) throw new ProblemError('invalid_request', { errors: refused });
      const valid = {
        path: path?.data,
        query: read(schemas.query, event.queryStringParameters ?? {}, 'query'),
        headers: read(schemas.headers, event.headers, 'header'),
        body: read(schemas.body, event.json, 'body'),
      };
      if (errors.length > 0) throw new ProblemError('invalid_request', { errors });
      event.valid = valid;
    },
  };
}
