import type { Status } from '../contract/lifecycle.ts';
import { reasonOf } from '../contract/reasons.ts';
import { dayOf, secondsToNextDay } from '../quota/daily-budget.ts';
import { transcodeJob } from '../transcoding/transcode-job.ts';
import { mediaOf } from './parse-records.ts';
import type { UploadIn, UploadItem } from './records.ts';
import { type Refusal, refused } from './refusals.ts';
import type { UploadPolicy } from './upload-policy.ts';

/** A step of the workflow at which a failed upload can be tried again. */
export type RetryStep = NonNullable<UploadItem['resumeStep']>;

/** The status of an upload during each step. */
const STATUS_OF: Readonly<
  Record<RetryStep, Extract<Status, 'validating' | 'in_review' | 'transcoding'>>
> = {
  inspect: 'validating',
  review: 'in_review',
  transcode: 'transcoding',
  publish: 'transcoding',
};

/** The job is complete and cannot be published as it is: only another job can help. */
const JOB_IS_THE_CAUSE: ReadonlySet<string> = new Set(['outputs_missing', 'outputs_invalid']);

/** How the next attempt of a failed upload begins. */
export interface NextAttempt {
  /** 2 for the first retry. */
  readonly attempt: number;
  readonly step: RetryStep;
  /** The status that the retry writes. */
  readonly status: Status;
  /** The job whose outputs are published; undefined where another job is created. */
  readonly jobId: string | undefined;
}

/**
 * Says how a failed upload is tried again, or why it cannot be.
 *
 * The step follows from the status in which the upload failed, which is in its timeline: that entry was written in the
 * same write as what the step needs, while the workflow may have lost the response to that write.
 *
 * @param now milliseconds since the epoch
 */
export function nextAttempt(
  item: UploadIn<'failed'>,
  { maximumAttempts }: Pick<UploadPolicy, 'maximumAttempts'>,
  now: number,
): NextAttempt | Refusal {
  const { code } = item.reason;
  if (!reasonOf(code).retryable || item.execution === undefined || item.object === undefined) {
    return refused('retry_not_possible', {
      detail: `Upload ${item.uploadId} failed with ${code}, which another attempt does not change.`,
    });
  }
  // The attempt would end in the same way.
  if (code === 'daily_output_exceeded' && dayOf(Date.parse(item.updatedAt)) === dayOf(now)) {
    const { detail } = item.reason;
    return refused(code, {
      ...(detail !== undefined && { detail }),
      retryAfterSeconds: secondsToNextDay(now),
    });
  }
  if (item.attempt >= maximumAttempts) {
    return refused('attempts_used_up', {
      detail: `Upload ${item.uploadId} was tried ${item.attempt} times; at most ${maximumAttempts} are allowed.`,
    });
  }
  const step = stepOf(item);
  const jobId = step === 'publish' ? item.jobId : undefined;
  return { attempt: item.attempt + 1, step, status: STATUS_OF[step], jobId };
}

function stepOf(item: UploadIn<'failed'>): RetryStep {
  const before = item.timeline.at(-2)?.to;
  if (before === 'in_review') return 'review';
  if (before !== 'transcoding') return 'inspect';
  const canPublish =
    item.failedStep === 'publish' &&
    item.jobId !== undefined &&
    !JOB_IS_THE_CAUSE.has(item.reason.code);
  return canPublish ? 'publish' : 'transcode';
}

/**
 * The argument of CreateJob for an upload whose media are known. The state Transcode adds role and token.
 * @throws ItemInvalid
 */
export function jobOfRecord(
  item: Pick<UploadItem, 'pk' | 'sk' | 'uploadId' | 'media' | 'objectKey'>,
  buckets: { readonly sourceBucket: string; readonly outputBucket: string },
): object | undefined {
  const facts = mediaOf(item);
  if (!facts) return undefined;
  const { uploadId, objectKey: sourceKey } = item;
  return transcodeJob({ uploadId, facts, sourceKey, clientRequestToken: uploadId, ...buckets });
}
