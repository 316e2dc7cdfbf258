import * as z from 'zod/mini';

/** One field of the request that is not valid. */
const fieldProblemSchema = z.object({
  /** JSON pointer (RFC 6901) into the request's body, or `?name` for a query parameter. */
  pointer: z.string(),
  code: z.string(),
  /** What was wrong, what came, what is allowed. */
  detail: z.string(),
});

/** An error's answer: https://www.rfc-editor.org/rfc/rfc9457 with members of our own. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.optional(z.string()),
  /** Names this occurrence: the request's id. */
  instance: z.optional(z.string()),
  /** From the catalogue of reasons. */
  code: z.string(),
  /** What to do now. */
  next: z.string(),
  /** Whether the same request, sent again unchanged, may succeed. */
  retryable: z.boolean(),
  errors: z.optional(z.array(fieldProblemSchema)),
  /** Part numbers concerned, ascending, 1,000 at most. */
  parts: z.optional(z.array(z.int())),
});

export type FieldProblem = z.output<typeof fieldProblemSchema>;
export type Problem = z.output<typeof problemSchema>;
