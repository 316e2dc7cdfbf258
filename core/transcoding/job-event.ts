import * as z from 'zod/mini';
import { isUploadId } from '../contract/upload-id.ts';

/** The statuses of events with progress. The end of a job reaches the workflow through a rule of Step Functions. */
export const PROGRESS_STATUSES = ['PROGRESSING', 'STATUS_UPDATE'] as const;

/** The statuses of events after which a job no longer runs. */
export const END_STATUSES = ['COMPLETE', 'ERROR', 'CANCELED'] as const;

/** Progress is recorded in steps, because each write changes the upload and its entries in both indexes. */
export const PROGRESS_STEP_PERCENT = 5;

/** The progress of the MediaConvert job of an upload. */
export interface JobProgress {
  readonly uploadId: string;
  readonly jobId: string;
  /** The attempt of the upload for which the job was created. */
  readonly attempt: number;
  /** 0 to 100 in steps of `PROGRESS_STEP_PERCENT`; 0 if the event has no progress. */
  readonly percent: number;
}

/** What the workflow has passed with the job. */
const userMetadata = z.object({
  uploadId: z.string().check(z.refine(isUploadId)),
  attempt: z._default(z.string().check(z.regex(/^[1-9]\d?$/)), '1'),
});

/**
 * The fields of a `MediaConvert Job State Change` that are used. Not every job reports `jobPercentComplete`:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_status_update.html
 */
const jobEventSchema = z.object({
  source: z.literal('aws.mediaconvert'),
  detail: z.object({
    status: z.enum(PROGRESS_STATUSES),
    jobId: z.string().check(z.minLength(1)),
    userMetadata,
    jobProgress: z.optional(z.unknown()),
  }),
});

const endEventSchema = z.object({
  source: z.literal('aws.mediaconvert'),
  time: z.iso.datetime(),
  detail: z.object({
    status: z.enum(END_STATUSES),
    userMetadata,
  }),
});

/** The end of the MediaConvert job of an upload. */
export interface JobEnd {
  readonly uploadId: string;
  /** The attempt of the upload for which the job was created. */
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/** Returns the end in an event; undefined for any other event and for jobs of other software in the account. */
export function readJobEnd(event: unknown): JobEnd | undefined {
  const read = endEventSchema.safeParse(event);
  if (!read.success) return undefined;
  const { time, detail } = read.data;
  const { uploadId, attempt } = detail.userMetadata;
  return { uploadId, attempt: Number(attempt), endedAt: Date.parse(time) };
}

/** Parsed separately, because an event with an invalid value is still valid. */
const progressSchema = z.object({
  jobPercentComplete: z.number().check(z.minimum(0), z.maximum(100)),
});

/**
 * Returns the progress in an event; undefined for any other event and for jobs of other software in the account.
 */
export function readJobEvent(event: unknown): JobProgress | undefined {
  const read = jobEventSchema.safeParse(event);
  if (!read.success) return undefined;
  const { jobId, userMetadata, jobProgress } = read.data.detail;
  const percent = progressSchema.safeParse(jobProgress).data?.jobPercentComplete ?? 0;
  return {
    uploadId: userMetadata.uploadId,
    jobId,
    attempt: Number(userMetadata.attempt),
    percent: Math.floor(percent / PROGRESS_STEP_PERCENT) * PROGRESS_STEP_PERCENT,
  };
}
