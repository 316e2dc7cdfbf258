import { ACCOUNT_ID, arn, REGION } from '../../shared/account.ts';
import type { OutputGroupDetail, Phase } from '../transcode/job-messages.ts';

export type JobStatus = 'SUBMITTED' | 'PROGRESSING' | 'COMPLETE' | 'CANCELED' | 'ERROR';

/** The request of CreateJob. */
export interface JobRequest {
  readonly role: string;
  readonly queue: string;
  /** Validated, but unchanged: GetJob returns it. */
  readonly settings: unknown;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly clientRequestToken?: string | undefined;
  readonly statusUpdateInterval: string;
  readonly priority: number;
  readonly billingTagsSource?: string | undefined;
}

/** A stored job. Times are milliseconds since the epoch. */
export interface Job extends JobRequest {
  /** Hash of the whole request. It distinguishes a repeated call from another one with the same token. */
  readonly requestHash: string;
  readonly id: string;
  readonly arn: string;
  readonly status: JobStatus;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly phase?: Phase;
  readonly percent?: number;
  readonly framesDecoded?: number;
  readonly errorCode?: number;
  readonly errorMessage?: string;
  readonly outputGroupDetails?: readonly OutputGroupDetail[];
}

export const DEFAULT_QUEUE_ARN = arn('mediaconvert', 'queues/Default');

export function jobArn(id: string): string {
  return arn('mediaconvert', `jobs/${id}`);
}

/** An id in the form of MediaConvert: milliseconds, a hyphen, six letters or digits. */
export function newJobId(now: number, random: () => string): string {
  const digits = BigInt(`0x${random().replaceAll('-', '')}`)
    .toString(36)
    .padStart(6, '0');
  return `${now}-${digits.slice(-6)}`;
}

/**
 * The body of GetJob (https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs-id.html). Times are
 * in seconds.
 */
export function presentJob(job: Job): Record<string, unknown> {
  const seconds = (at: number | undefined) =>
    at === undefined ? undefined : Math.floor(at / 1000);
  const ended = job.outputGroupDetails?.map(({ outputDetails }) => ({
    outputDetails: outputDetails.map(({ durationInMs, videoDetails }) => ({
      durationInMs,
      ...(videoDetails === undefined
        ? {}
        : {
            videoDetails: {
              widthInPx: videoDetails.widthInPx,
              heightInPx: videoDetails.heightInPx,
            },
          }),
    })),
  }));
  return {
    id: job.id,
    arn: job.arn,
    status: job.status,
    createdAt: seconds(job.createdAt),
    queue: job.queue,
    role: job.role,
    settings: job.settings,
    userMetadata: job.userMetadata,
    clientRequestToken: job.clientRequestToken,
    statusUpdateInterval: job.statusUpdateInterval,
    priority: job.priority,
    billingTagsSource: job.billingTagsSource,
    accelerationSettings: { mode: 'DISABLED' },
    accelerationStatus: 'NOT_APPLICABLE',
    retryCount: 0,
    timing: {
      submitTime: seconds(job.createdAt),
      startTime: seconds(job.startedAt),
      finishTime: seconds(job.finishedAt),
    },
    currentPhase: job.phase,
    jobPercentComplete: job.percent,
    errorCode: job.errorCode,
    errorMessage: job.errorMessage,
    outputGroupDetails: ended,
    messages: { info: [], warning: [] },
  };
}

export const JOB_OWNER = { account: ACCOUNT_ID, region: REGION };
