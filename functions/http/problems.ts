import type { Problem } from '../../core/contract/problem.ts';
import { PROBLEM_CONTENT_TYPE, PROBLEM_TYPE_PREFIX } from '../../core/contract/problem-type.ts';
import { reasonOf } from '../../core/contract/reasons.ts';
import { isTransientError } from '../adapters/transient-error.ts';
import { type ApiExchange, requestIdOf } from './api-request.ts';
import { ProblemError } from './problem-error.ts';

/** Bounds the answer; the contract says 1,000 at most. */
const MAX_PARTS_NAMED = 1_000;
const MAX_FIELDS_NAMED = 100;

export interface ProblemsOptions {
  /** Seconds that a caller is asked to wait after a passing fault. */
  readonly retryAfterSeconds?: number;
  /** Further members of every problem, for clients of another protocol. */
  readonly members?: ((problem: Problem) => Readonly<Record<string, unknown>>) | undefined;
  /** Told of every error that is no refusal, so that it can be mended. */
  readonly report: (error: unknown, exchange: ApiExchange) => void;
}

/**
 * Answers every error as RFC 9457 `application/problem+json`. An error that nobody foresaw is
 * `internal_error` and says nothing of itself; a passing fault of AWS is `unavailable` with Retry-After.
 */
export function problems(options: ProblemsOptions) {
  const { retryAfterSeconds = 1, report, members = () => ({}) } = options;

  const asProblem = (error: unknown, exchange: ApiExchange): ProblemError => {
    if (error instanceof ProblemError) return error;
    report(error, exchange);
    if (!isTransientError(error)) return new ProblemError('internal_error');
    return new ProblemError('unavailable', { headers: { 'retry-after': `${retryAfterSeconds}` } });
  };

  return {
    onError(exchange: ApiExchange): void {
      const error = asProblem(exchange.error, exchange);
      const problem = problemOf(error, requestIdOf(exchange));
      exchange.response = {
        statusCode: problem.status,
        headers: { 'content-type': PROBLEM_CONTENT_TYPE, ...error.details.headers },
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
