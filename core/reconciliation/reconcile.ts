import type { FailureReasonCode, GivenReason } from '../contract/reasons.ts';
import type { UploadItem } from '../uploads/records.ts';
import type { RetryStep } from '../uploads/retry.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How often the reconciler runs. */
export const RECONCILE_EVERY_MINUTES = 5;

/** The metric that counts the uploads which a run could not reconcile. An alarm reports it. */
export const RECONCILER_FAULTS = 'Reconciler.faults';

/**
 * Events arrive within seconds, and retries take minutes. The reconciler ignores an upload that changed more
 * recently than this.
 */
export const QUIET_MS = 10 * MINUTE_MS;

/**
 * A creation can stop after the record is written and before the multipart upload exists in S3. The client can retry
 * with the same idempotency key during the longest lifetime of a grant.
 */
const INCOMPLETE_CREATION_MS = HOUR_MS;

/** The object at the key of an upload, from HeadObject. */
export interface SeenObject {
  /** Bytes. */
  readonly size: number;
  /** With or without quotes. */
  readonly etag: string;
  readonly versionId: string | undefined;
  /** CRC64NVME of the whole object, base64, where S3 has it. */
  readonly checksum?: string;
}

export type UnclaimedAction =
  | { readonly action: 'leave' }
  /** The `Object Created` event of S3 was lost. */
  | { readonly action: 'start'; readonly object: SeenObject }
  /** The `Object Created` event for a file posted by a form was lost. */
  | { readonly action: 'accept'; readonly staged: SeenObject }
  | { readonly action: 'expire' }
  | { readonly action: 'fail'; readonly reason: GivenReason<FailureReasonCode> };

/**
 * Decides what to do with an upload that no execution has claimed.
 *
 * @param item matches a reconcile rule and is `waiting` or `uploaded`
 * @param object the source object; undefined if there is none
 * @param now milliseconds since the epoch
 * @param staged a file posted by a form that was not accepted yet
 */
export function actionForUnclaimed(
  item: Pick<UploadItem, 'status' | 'deadline' | 'method' | 's3UploadId' | 'updatedAt'>,
  object: SeenObject | undefined,
  now: number,
  staged?: SeenObject,
): UnclaimedAction {
  if (object) return { action: 'start', object };
  if (item.status === 'uploaded') return { action: 'fail', reason: { code: 'source_missing' } };
  // Only the multipart method creates something in S3 first.
  const creationIncomplete =
    item.method === undefined &&
    item.s3UploadId === undefined &&
    now - Date.parse(item.updatedAt) >= INCOMPLETE_CREATION_MS;
  if (creationIncomplete || now > Date.parse(item.deadline)) return { action: 'expire' };
  return staged ? { action: 'accept', staged } : { action: 'leave' };
}

/** An execution, from DescribeExecution. Step Functions deletes executions 90 days after their end. */
export interface SeenExecution {
  readonly status: 'RUNNING' | 'PENDING_REDRIVE' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Milliseconds since the epoch. */
  readonly endedAt?: number;
}

/** A MediaConvert job, from GetJob. */
export interface SeenJob {
  readonly jobId: string;
  readonly status: 'SUBMITTED' | 'PROGRESSING' | 'COMPLETE' | 'CANCELED' | 'ERROR';
  readonly errorCode?: number;
  /** Milliseconds since the epoch. */
  readonly endedAt?: number;
}

/**
 * How a new execution resumes an upload: the state TakeOver claims it from `execution`. Then the workflow publishes the
 * outputs of `jobId`, handles `fault` like the error of a job, records `reason`, or begins at `step`.
 */
export type Resumption = { readonly execution: string } & (
  | { readonly jobId: string }
  | { readonly fault: { readonly Error: string; readonly Cause: string } }
  | { readonly reason: GivenReason<FailureReasonCode> }
  /** A retry: the attempt begins at this step, with this job to create or to publish. */
  | {
      readonly attempt: number;
      readonly step: RetryStep;
      readonly job?: object;
      readonly jobId?: string;
    }
);

export type ClaimedAction =
  | { readonly action: 'leave' }
  /** It waits for a slot, as it should: it is looked at again after the age of its rule. */
  | { readonly action: 'look_later' }
  /** It has a slot, and the execution may not know: the request that resumes it was lost. */
  | { readonly action: 'start_waiting'; readonly token: string }
  | {
      readonly action: 'resume';
      readonly resume: Resumption;
      /**
       * Only while the execution waits for this job, and not if it is busy with what comes after the job. Absent for
       * an execution that has ended.
       */
      readonly whileWaitingFor?: string;
    };

const LEAVE = { action: 'leave' } as const;

/**
 * Decides what to do with an upload that an execution has claimed.
 *
 * @param item matches a reconcile rule and is `validating`, `in_review` or `transcoding`
 * @param execution undefined if Step Functions does not know it any more
 * @param job the job of the upload; undefined if it has none
 * @param now milliseconds since the epoch
 */
export function actionForClaimed(
  item: Pick<UploadItem, 'status' | 'execution' | 'queueKey' | 'slotToken'>,
  execution: SeenExecution | undefined,
  job: SeenJob | undefined,
  now: number,
): ClaimedAction {
  // The state Claim writes status and execution in one update, so an execution is always present here.
  const lost = item.execution ?? '';
  const transcoded = item.status === 'transcoding' ? job : undefined;
  if (execution && isRunning(execution)) {
    if (item.queueKey !== undefined) return { action: 'look_later' };
    if (!transcoded && item.slotToken !== undefined) {
      return { action: 'start_waiting', token: item.slotToken };
    }
    return actionForWaiting(lost, transcoded, now);
  }
  if (execution && !isLongAgo(execution.endedAt, now)) return LEAVE;
  if (transcoded?.status === 'COMPLETE')
    return resume({ execution: lost, jobId: transcoded.jobId });
  const code = execution?.status === 'TIMED_OUT' ? 'workflow_timed_out' : 'workflow_failed';
  const detail = execution
    ? `The execution ended with status ${execution.status} and did not record a result.`
    : 'The execution no longer exists.';
  return resume({ execution: lost, reason: { code, detail } });
}

/** Whether an execution can still continue without the reconciler. */
function isRunning({ status }: SeenExecution): boolean {
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}

/** The execution is running. It may wait for the event of its job, and that event may be lost. */
function actionForWaiting(execution: string, job: SeenJob | undefined, now: number): ClaimedAction {
  if (!job || !isLongAgo(job.endedAt, now)) return LEAVE;
  const { jobId } = job;
  if (job.status === 'COMPLETE') return resume({ execution, jobId }, jobId);
  if (job.status !== 'ERROR' && job.status !== 'CANCELED') return LEAVE;
  const { status, errorCode } = job;
  const Cause = JSON.stringify({ status, ...(errorCode !== undefined && { errorCode }) });
  return resume({ execution, fault: { Error: 'States.TaskFailed', Cause } }, jobId);
}

function resume(resumption: Resumption, whileWaitingFor?: string): ClaimedAction {
  return { action: 'resume', resume: resumption, ...(whileWaitingFor && { whileWaitingFor }) };
}

function isLongAgo(endedAt: number | undefined, now: number): boolean {
  return endedAt !== undefined && now - endedAt >= QUIET_MS;
}

/**
 * The name of an execution that the reconciler starts. It is the same for an hour, so that Step Functions starts only
 * one of two concurrent attempts. It then changes, so that a later attempt can succeed.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function reconcilerExecutionName(
  uploadId: string,
  what: 'start' | 'resume' | `attempt-${number}`,
  now: number,
): string {
  return `${uploadId}-${what}-${Math.floor(now / HOUR_MS)}`;
}

/**
 * The input of the workflow, in the format of the `Object Created` event of S3. It contains no time and no event id,
 * because StartExecution is idempotent only for an identical input.
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
        // Events contain the ETag without quotes.
        etag: object.etag.replaceAll('"', ''),
        ...(object.versionId !== undefined && { 'version-id': object.versionId }),
      },
      ...(resumption && { resume: resumption }),
    },
  };
}
