import * as z from 'zod/mini';

/** An invalid field of a request. */
const fieldProblemSchema = z.object({
  /** JSON pointer (RFC 6901) into the body of the request, or `?name` for a query parameter. */
  pointer: z.string(),
  code: z.string(),
  /** What was expected, and what the request contained. */
  detail: z.string(),
});

/** The body of an error response: https://www.rfc-editor.org/rfc/rfc9457 with extension members. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.optional(z.string()),
  /** Identifies this occurrence: the id of the request. */
  instance: z.optional(z.string()),
  /** From the catalogue of reasons. */
  code: z.string(),
  /** What to do now. */
  next: z.string(),
  /** Whether a retry without changes may succeed. */
  retryable: z.boolean(),
  errors: z.optional(z.array(fieldProblemSchema)),
  /** The affected part numbers, ascending, at most 1,000. */
  parts: z.optional(z.array(z.int())),
});

export type FieldProblem = z.output<typeof fieldProblemSchema>;
export type Problem = z.output<typeof problemSchema>;
