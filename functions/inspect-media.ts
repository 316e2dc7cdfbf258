import * as z from 'zod/mini';
import { INSPECTION_BUDGET } from '../core/media/inspection-budget.ts';
import { transcodeJob } from '../core/transcoding/transcode-job.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { getRange } from './adapters/s3/objects.ts';
import { workflowStep } from './http/workflow-step.ts';
import { inspectMedia } from './media/inspect-media.ts';
import { rangedReader } from './media/ranged-reader.ts';

const { OUTPUT_BUCKET, UPLOAD_POLICY: policy } = environmentOf('inspect-media');

const schema = z.object({
  uploadId: z.string(),
  bucket: z.string(),
  key: z.string(),
  versionId: z.optional(z.string()),
  etag: z.string(),
  size: z.int().check(z.minimum(0)),
  declared: z.object({ contentType: z.string(), size: z.int().check(z.minimum(0)) }),
});

/** Reads ranges of the claimed object and judges it; bad media is a verdict, never an error. */
export const handler = workflowStep('inspect-media', schema, async (input) => {
  const { uploadId, bucket, key, versionId, declared } = input;
  const etag = `"${input.etag.replaceAll('"', '')}"`;
  const fetchRange = (start: number, end: number) =>
    getRange({ bucket, key, versionId, etag }, start, end);
  const reader = rangedReader(input.size, fetchRange, INSPECTION_BUDGET, () => performance.now());
  const inspection = await inspectMedia(reader, declared, policy);
  const counters = reader.cost();
  if (inspection.verdict === 'rejected') return { ...inspection, counters };
  const job = transcodeJob({
    uploadId,
    facts: inspection.media,
    sourceBucket: bucket,
    sourceKey: key,
    outputBucket: OUTPUT_BUCKET,
    clientRequestToken: uploadId,
  });
  return { ...inspection, job, review: policy.review, counters };
});
