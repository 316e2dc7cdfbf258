import * as z from 'zod/mini';
import { isUploadId } from '../uploads/upload-id.ts';

/** The events that tell how far a job is; its end reaches the workflow by Step Functions' own rule. */
export const PROGRESS_STATUSES = ['PROGRESSING', 'STATUS_UPDATE'] as const;

/**
 * Progress is told in steps: each that is written rewrites the upload and its entries in both indexes, and
 * nobody can see a smaller one.
 */
export const PROGRESS_STEP_PERCENT = 5;

/** How far MediaConvert is with an upload. */
export interface JobProgress {
  readonly uploadId: string;
  readonly jobId: string;
  /** 0 to 100 in steps of `PROGRESS_STEP_PERCENT`; 0 where the event does not tell. */
  readonly percent: number;
}

/**
 * What is read of a `MediaConvert Job State Change`. `jobPercentComplete` is there for some jobs only:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_status_update.html
 */
const jobEventSchema = z.object({
  source: z.literal('aws.mediaconvert'),
  detail: z.object({
    status: z.enum(PROGRESS_STATUSES),
    jobId: z.string().check(z.minLength(1)),
    userMetadata: z.object({ uploadId: z.string().check(z.refine(isUploadId)) }),
    jobProgress: z.optional(z.unknown()),
  }),
});

/** Read by itself: an event that tells it wrongly is an event still. */
const progressSchema = z.object({
  jobPercentComplete: z.number().check(z.minimum(0), z.maximum(100)),
});

/**
 * The progress that an event of EventBridge tells; undefined for an event of another kind, and for jobs that
 * are not of `transcodeJob`: other software in the account makes jobs too.
 */
export function readJobEvent(event: unknown): JobProgress | undefined {
  const read = jobEventSchema.safeParse(event);
  if (!read.success) return undefined;
  const { jobId, userMetadata, jobProgress } = read.data.detail;
  const percent = progressSchema.safeParse(jobProgress).data?.jobPercentComplete ?? 0;
  return {
    uploadId: userMetadata.uploadId,
    jobId,
    percent: Math.floor(percent / PROGRESS_STEP_PERCENT) * PROGRESS_STEP_PERCENT,
  };
}
