import type { FieldProblem } from '../../core/contract/problem.ts';
import type { RequestReasonCode } from '../../core/contract/reasons.ts';

export type ProblemCode = RequestReasonCode | 'empty_file' | 'upload_expired';

export interface ProblemDetails {
  /** One sentence with the values that were met. */
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  /** Part numbers concerned, ascending. */
  readonly parts?: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that the caller is told about; thrown anywhere below a route, answered by `problems`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? code);
    this.code = code;
    this.details = details;
  }
}

/** A foreign, an absent and a malformed id are answered with this same problem. */
export function uploadNotFound(): ProblemError {
  return new ProblemError('upload_not_found');
}
