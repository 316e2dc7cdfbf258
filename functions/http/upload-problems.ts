import type { FieldProblem } from '../../core/contract/problem.ts';
import type { GivenReason } from '../../core/contract/reasons.ts';
import type { CompletionProblem } from '../../core/uploads/complete-request.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { type ProblemCode, ProblemError } from './problem-error.ts';

/** @throws ProblemError with the one problem's own code, or `invalid_request` for several */
export function refusedFields(
  problems: readonly (FieldProblem & { readonly code: ProblemCode })[],
): void {
  const [first] = problems;
  if (!first) return;
  const code = problems.length === 1 ? first.code : 'invalid_request';
  throw new ProblemError(code, {
    ...(problems.length === 1 && { detail: `${first.pointer} ${first.detail}` }),
    errors: problems,
  });
}

/** How a creation ended, as `functions/adapters/dynamodb/table-create.ts` tells it. */
type Ended =
  | { readonly outcome: 'created' }
  | { readonly outcome: 'conflict' }
  | {
      readonly outcome: 'refused';
      readonly reason: GivenReason<'quota_bytes_exceeded' | 'quota_uploads_exceeded'>;
    }
  | {
      readonly outcome: 'replayed';
      readonly item: UploadItem | undefined;
      readonly requestHash: string;
    };

/**
 * The upload that a creation has made, or made before under the same key.
 * @throws ProblemError where there is none, or it is another request's
 */
export function uploadOf(ended: Ended, fresh: UploadItem): UploadItem {
  if (ended.outcome === 'created') return fresh;
  if (ended.outcome === 'conflict') throw new ProblemError('conflict');
  if (ended.outcome === 'refused') {
    const { code, detail } = ended.reason;
    throw new ProblemError(code, detail === undefined ? {} : { detail });
  }
  if (ended.requestHash !== fresh.requestHash) throw new ProblemError('idempotency_key_reused');
  if (!ended.item) throw new ProblemError('upload_gone');
  if (ended.item.status !== 'waiting') throw notWaiting(ended.item);
  return ended.item;
}

/** The upload's status does not allow what only a waiting one allows. */
export function notWaiting(item: UploadItem): ProblemError {
  if (item.status === 'expired') return new ProblemError('upload_expired');
  return new ProblemError('status_conflict', {
    detail: `Upload ${item.uploadId} is ${item.status}; this needs one that is waiting.`,
  });
}

/**
 * An upload that can still take parts.
 * @param now milliseconds since the epoch
 * @throws ProblemError
 */
export function requireWaiting(item: UploadItem, now: number): void {
  if (item.status !== 'waiting') throw notWaiting(item);
  if (Date.parse(item.deadline) <= now) {
    throw new ProblemError('upload_expired', {
      detail: `It had to be finished by ${item.deadline}.`,
    });
  }
}

/** @throws ProblemError where the file comes in one request, so that there are no parts to speak of */
export function requireInParts(item: UploadItem): void {
  if (item.method === undefined) return;
  throw new ProblemError('not_in_parts', {
    detail: `Upload ${item.uploadId} has method ${item.method}.`,
  });
}

/** @throws ProblemError where a number is not one of the upload's parts */
export function requirePlanned(item: UploadItem, partNumbers: readonly number[]): void {
  const parts = partNumbers.filter((partNumber) => partNumber > item.partCount);
  if (parts.length === 0) return;
  throw new ProblemError('parts_not_planned', {
    detail: `The upload has parts 1 to ${item.partCount}.`,
    parts: parts.sort((a, b) => a - b),
  });
}

/** The gravest problem by its code, the others beside it. */
function incomplete(problems: readonly CompletionProblem[]): ProblemError {
  const [first] = problems;
  if (!first) return new ProblemError('conflict');
  return new ProblemError(first.code, {
    detail: first.detail,
    parts: first.parts,
    errors: problems.map(({ code, detail }) => ({ pointer: '/parts', code, detail })),
  });
}

/** How a completion ended, as `functions/use-cases/complete-upload.ts` tells it. */
type CompletionEnded =
  | { readonly outcome: 'completed' | 'ended'; readonly upload: UploadItem }
  | { readonly outcome: 'incomplete'; readonly problems: readonly CompletionProblem[] }
  | { readonly outcome: 'checksum_differs' | 'conflict' | 'gone' };

/** @throws ProblemError for every end but a completed upload */
export function completedOf(ended: CompletionEnded): UploadItem {
  switch (ended.outcome) {
    case 'completed':
      return ended.upload;
    case 'ended':
      throw notWaiting(ended.upload);
    case 'incomplete':
      throw incomplete(ended.problems);
    case 'checksum_differs':
      throw new ProblemError('checksum_mismatch');
    case 'conflict':
      throw new ProblemError('conflict');
    case 'gone':
      throw new ProblemError('upload_gone');
  }
}
