import type { FieldProblem } from '../../core/contract/problem.ts';
import type { Refusal, RefusalCode } from '../../core/uploads/refusals.ts';

export interface ProblemDetails {
  /** One sentence with the values that were found. */
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  /** Part numbers concerned, ascending. */
  readonly parts?: readonly number[];
  /** The header Retry-After. */
  readonly retryAfterSeconds?: number;
}

/** A refused request: thrown anywhere in a route, and written as the response by `problems`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: RefusalCode;
  readonly details: ProblemDetails;

  constructor(code: RefusalCode, details: ProblemDetails = {}) {
    super(details.detail ?? code);
    this.code = code;
    this.details = details;
  }
}

/**
 * The outcome of a use case that did not refuse the request.
 * @throws ProblemError for a refusal
 */
export function accepted<Outcome extends { readonly outcome: string }>(
  outcome: Outcome | Refusal,
): Exclude<Outcome, Refusal> {
  if (!isRefusal(outcome)) return outcome as Exclude<Outcome, Refusal>;
  const { outcome: _, code, ...details } = outcome;
  throw new ProblemError(code, details);
}

function isRefusal(outcome: { readonly outcome: string }): outcome is Refusal {
  return outcome.outcome === 'refused';
}

/** The same problem for an upload of another owner, an absent one and a malformed id. */
export function uploadNotFound(): ProblemError {
  return new ProblemError('upload_not_found');
}
