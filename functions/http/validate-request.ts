import type * as z from 'zod/mini';
import type { FieldProblem } from '../../core/contract/problem.ts';
import { check } from '../../core/validation/check.ts';
import type { ApiExchange } from './api-request.ts';
import { fieldProblems, forbiddenFields, type RequestPlace } from './field-problems.ts';
import { ProblemError, uploadNotFound } from './problem-error.ts';

/** The schemas of a route; a part of the request without a schema is not read. */
export interface RequestSchemas {
  /** An invalid path has the same response as an absent upload, so that nobody learns the form of an id. */
  readonly path?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
  /** Names in lower case, as in the event of an HTTP API. */
  readonly headers?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
}

/** The schema's output, or undefined without a schema. */
type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

export interface ValidRequest<Schemas extends RequestSchemas> {
  readonly path: Output<Schemas['path']>;
  readonly query: Output<Schemas['query']>;
  readonly headers: Output<Schemas['headers']>;
  readonly body: Output<Schemas['body']>;
}

/** Validates every part of the request, reports all problems at once, and sets `event.valid`. */
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
      const refused = schemas.body ? forbiddenFields(event.json) : [];
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
