import type { Problem } from '../../core/contract/problem.ts';
import { PROBLEM_CONTENT_TYPE, PROBLEM_TYPE_PREFIX } from '../../core/contract/problem-type.ts';
import { reasonOf } from '../../core/contract/reasons.ts';
import { TransientError } from '../../core/transient-error.ts';
import { type ApiExchange, requestIdOf } from './api-request.ts';
import { ProblemError } from './problem-error.ts';

/** Limits of the contract for the size of a response. */
const MAX_PARTS_NAMED = 1_000;
const MAX_FIELDS_NAMED = 100;

const RETRY_AFTER_SECONDS = 1;

export interface ProblemsOptions {
  /** Further members of every problem, for clients of another protocol. */
  readonly members?: ((problem: Problem) => Readonly<Record<string, unknown>>) | undefined;
  /** Called with every error that is not a refusal, so that it can be fixed. */
  readonly report: (error: unknown, exchange: ApiExchange) => void;
}

/**
 * Writes every error as an RFC 9457 `application/problem+json` response. A transient error is `unavailable` with
 * Retry-After, any other unexpected error is `internal_error`; neither contains the error's own message.
 */
export function problems({ report, members = () => ({}) }: ProblemsOptions) {
  const asProblem = (error: unknown, exchange: ApiExchange): ProblemError => {
    if (error instanceof ProblemError) return error;
    report(error, exchange);
    if (!(error instanceof TransientError)) return new ProblemError('internal_error');
    return new ProblemError('unavailable', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  };

  return {
    onError(exchange: ApiExchange): void {
      const error = asProblem(exchange.error, exchange);
      const { retryAfterSeconds } = error.details;
      const problem = problemOf(error, requestIdOf(exchange));
      exchange.response = {
        statusCode: problem.status,
        headers: {
          'content-type': PROBLEM_CONTENT_TYPE,
          ...(retryAfterSeconds !== undefined && { 'retry-after': `${retryAfterSeconds}` }),
        },
        body: JSON.stringify({ ...problem, ...members(problem) }),
      };
    },
  };
}

/** `instance` is the request's id: what a caller can quote to support. */
function problemOf(error: ProblemError, instance: string): Problem {
  const { sentence, next, retryable, httpStatus = 409 } = reasonOf(error.code);
  const { detail, errors, parts } = error.details;
  return {
    type: PROBLEM_TYPE_PREFIX + error.code,
    title: sentence,
    status: httpStatus,
    ...(detail !== undefined && { detail }),
    instance,
    code: error.code,
    next,
    retryable,
    ...(errors && { errors: errors.slice(0, MAX_FIELDS_NAMED) }),
    ...(parts && { parts: parts.slice(0, MAX_PARTS_NAMED) }),
  };
}
