import type { FieldProblem } from '../contract/problem.ts';
import type { RequestReasonCode } from '../contract/reasons.ts';
import type { CompletionProblem } from './complete-request.ts';
import type { UploadItem } from './records.ts';

/** Reasons of the catalogue with which a request is refused. */
export type RefusalCode =
  | RequestReasonCode
  | 'checksum_mismatch'
  | 'daily_output_exceeded'
  | 'empty_file'
  | 'upload_expired'
  | 'removed_by_moderator';

/** The outcome of a use case that refuses a request: the reason, and what was found. */
export interface Refusal {
  readonly outcome: 'refused';
  readonly code: RefusalCode;
  /** One sentence with the values that were found. */
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  /** Part numbers concerned, ascending. */
  readonly parts?: readonly number[];
  /** When the same request may succeed. */
  readonly retryAfterSeconds?: number;
}

export function refused(
  code: RefusalCode,
  details: Omit<Refusal, 'outcome' | 'code'> = {},
): Refusal {
  return { outcome: 'refused', code, ...details };
}

/** The operation needs a waiting upload, and this one is not. */
export function notWaiting(item: UploadItem): Refusal {
  if (item.status === 'expired') return refused('upload_expired');
  return refused('status_conflict', {
    detail: `Upload ${item.uploadId} has status ${item.status}; expected waiting.`,
  });
}

/**
 * Refuses an upload that takes no more data: one that is not waiting, or whose deadline has passed.
 * @param now milliseconds since the epoch
 */
export function refuseUnlessOpen(item: UploadItem, now: number): Refusal | undefined {
  if (item.status !== 'waiting') return notWaiting(item);
  if (Date.parse(item.deadline) > now) return undefined;
  return refused('upload_expired', { detail: `The upload expired at ${item.deadline}.` });
}

/** Refuses an operation on parts for a file that is sent in one request. */
export function refuseUnlessInParts(item: UploadItem): Refusal | undefined {
  if (item.method === undefined) return undefined;
  return refused('not_in_parts', {
    detail: `Upload ${item.uploadId} has method ${item.method}.`,
  });
}

/** Refuses part numbers that the upload's plan does not have. */
export function refuseUnplannedParts(
  item: UploadItem,
  partNumbers: readonly number[],
): Refusal | undefined {
  const parts = partNumbers.filter((partNumber) => partNumber > item.partCount);
  if (parts.length === 0) return undefined;
  return refused('parts_not_planned', {
    detail: `The upload has parts 1 to ${item.partCount}.`,
    parts: parts.sort((a, b) => a - b),
  });
}

/** One invalid field is refused with its own code, several with `invalid_request`. */
export function refuseInvalidFields(
  problems: readonly (FieldProblem & { readonly code: RefusalCode })[],
): Refusal | undefined {
  const [first, ...others] = problems;
  if (!first) return undefined;
  if (others.length > 0) return refused('invalid_request', { errors: problems });
  return refused(first.code, { detail: `${first.pointer} ${first.detail}`, errors: problems });
}

/** A completion that does not match the plan: the most serious problem's code, with every problem as an error. */
export function incompleteParts(problems: readonly CompletionProblem[]): Refusal {
  const [first] = problems;
  if (!first) return refused('conflict');
  return refused(first.code, {
    detail: first.detail,
    parts: first.parts,
    errors: problems.map(({ code, detail }) => ({ pointer: '/parts', code, detail })),
  });
}
