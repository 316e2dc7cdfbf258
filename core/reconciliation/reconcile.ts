import type { FaultReasonCode, GivenReason } from '../contract/reasons.ts';
import type { UploadItem } from '../uploads/records.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How often the reconciler runs. */
export const RECONCILE_EVERY_MINUTES = 5;

/** Events are late by seconds, their retries by minutes: what has stood still for less is left alone. */
export const QUIET_MS = 10 * MINUTE_MS;

/**
 * A creation that broke off before S3 was asked; its client may come back with the same idempotency key for
 * as long as the longest grant would have lived.
 */
const HALF_CREATED_MS = HOUR_MS;

/** The object at an upload's key, as HeadObject tells it. */
export interface SeenObject {
  /** Bytes. */
  readonly size: number;
  /** With or without quotes. */
  readonly etag: string;
  readonly versionId: string | undefined;
}

export type UnclaimedAction =
  | { readonly action: 'leave' }
  /** S3's event was lost. */
  | { readonly action: 'start'; readonly object: SeenObject }
  /** S3's event of a form's file was lost. */
  | { readonly action: 'accept'; readonly landed: SeenObject }
  | { readonly action: 'expire' }
  | { readonly action: 'fail'; readonly reason: GivenReason<FaultReasonCode> };

/**
 * What becomes of an upload that no execution has claimed.
 * @param item due (`isDue`), and `waiting` or `uploaded`
 * @param now milliseconds since the epoch
 * @param landed what a form has brought, and nobody has taken in
 */
export function judgeUnclaimed(
  item: Pick<UploadItem, 'status' | 'deadline' | 'method' | 's3UploadId' | 'updatedAt'>,
  object: SeenObject | undefined,
  now: number,
  landed?: SeenObject,
): UnclaimedAction {
  if (object) return { action: 'start', object };
  if (item.status === 'uploaded') return { action: 'fail', reason: { code: 'source_missing' } };
  // A file that comes in one request needs nothing of S3 before.
  const halfCreated =
    item.method === undefined &&
    item.s3UploadId === undefined &&
    now - Date.parse(item.updatedAt) >= HALF_CREATED_MS;
  if (halfCreated || now > Date.parse(item.deadline)) return { action: 'expire' };
  return landed ? { action: 'accept', landed } : { action: 'leave' };
}

/** An execution as DescribeExecution tells it; undefined where Step Functions has forgotten it (90 days). */
export interface SeenExecution {
  readonly status: 'RUNNING' | 'PENDING_REDRIVE' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Milliseconds since the epoch. */
  readonly endedAt?: number;
}

/** A job of MediaConvert as GetJob tells it. */
export interface SeenJob {
  readonly jobId: string;
  readonly status: 'SUBMITTED' | 'PROGRESSING' | 'COMPLETE' | 'CANCELED' | 'ERROR';
  readonly errorCode?: number;
  /** Milliseconds since the epoch. */
  readonly endedAt?: number;
}

/**
 * How another execution goes on with an upload: the workflow's TakeOver takes it from `execution`, then
 * publishes what `jobId` has made, judges `fault` as it judges a failed job, or records `reason`.
 */
export type Resumption = { readonly execution: string } & (
  | { readonly jobId: string }
  | { readonly fault: { readonly Error: string; readonly Cause: string } }
  | { readonly reason: GivenReason<FaultReasonCode> }
);

export type ClaimedAction =
  | { readonly action: 'leave' }
  | { readonly action: 'resume'; readonly resume: Resumption };

const LEAVE = { action: 'leave' } as const;

/**
 * What becomes of an upload that an execution has claimed.
 * @param item due (`isDue`), and `validating`, `in_review` or `transcoding`
 * @param job the upload's job; absent where it has none
 * @param now milliseconds since the epoch
 */
export function judgeClaimed(
  item: Pick<UploadItem, 'status' | 'execution'>,
  execution: SeenExecution | undefined,
  job: SeenJob | undefined,
  now: number,
): ClaimedAction {
  // Claim writes both in one: an upload of these statuses without an execution was never written by it.
  const lost = item.execution ?? '';
  const transcoded = item.status === 'transcoding' ? job : undefined;
  if (execution && isRunning(execution)) return judgeWaiting(lost, transcoded, now);
  if (execution && !isLongAgo(execution.endedAt, now)) return LEAVE;
  if (transcoded?.status === 'COMPLETE')
    return resume({ execution: lost, jobId: transcoded.jobId });
  const code = execution?.status === 'TIMED_OUT' ? 'workflow_timed_out' : 'workflow_failed';
  const detail = execution
    ? `The execution ended as ${execution.status} and recorded no end.`
    : 'The execution is no longer known.';
  return resume({ execution: lost, reason: { code, detail } });
}

/** Whether an execution may still go on by itself. */
export function isRunning({ status }: SeenExecution): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}

/** The execution waits; for its job's event, it may be, which was lost. */
function judgeWaiting(execution: string, job: SeenJob | undefined, now: number): ClaimedAction {
  if (!job || !isLongAgo(job.endedAt, now)) return LEAVE;
  if (job.status === 'COMPLETE') return resume({ execution, jobId: job.jobId });
  if (job.status !== 'ERROR' && job.status !== 'CANCELED') return LEAVE;
  const { status, errorCode } = job;
  const Cause = JSON.stringify({ status, ...(errorCode !== undefined && { errorCode }) });
  return resume({ execution, fault: { Error: 'States.TaskFailed', Cause } });
}

function resume(resumption: Resumption): ClaimedAction {
  return { action: 'resume', resume: resumption };
}

function isLongAgo(endedAt: number | undefined, now: number): boolean {
  return endedAt !== undefined && now - endedAt >= QUIET_MS;
}

/**
 * The name of an execution that the reconciler starts: the same for an hour, so that Step Functions itself
 * starts one of two; then another, so that a start that came to nothing is tried again.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function reconcilerExecutionName(
  uploadId: string,
  what: 'start' | 'resume',
  now: number,
): string {
  return `${uploadId}-${what}-${Math.floor(now / HOUR_MS)}`;
}

/**
 * What the workflow reads of S3's `Object Created`. No time and no id: the same start twice has the same
 * input, which StartExecution asks for.
 */
export function workflowInput(
  bucket: string,
  key: string,
  object: SeenObject,
  resumption?: Resumption,
) {
  return {
    'detail-type': 'Object Created',
    source: 'reelgate.reconciler',
    detail: {
      bucket: { name: bucket },
      object: {
        key,
        size: object.size,
        // S3's events have it without quotes.
        etag: object.etag.replaceAll('"', ''),
        ...(object.versionId !== undefined && { 'version-id': object.versionId }),
      },
      ...(resumption && { resume: resumption }),
    },
  };
}
