import * as z from 'zod/mini';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { workflowStep } from './http/workflow-step.ts';
import { publishVideo } from './use-cases/publish-video.ts';

const { SOURCE_BUCKET, OUTPUT_BUCKET, TABLE_NAME } = environmentOf('publish-video');
const table = uploadTable(TABLE_NAME);
const buckets = { source: SOURCE_BUCKET, output: OUTPUT_BUCKET };

const schema = z.object({ uploadId: z.string(), execution: z.string(), jobId: z.string() });

/** Checks what the job has left and makes the video playable; the same again for the same execution. */
export const handler = workflowStep('publish-video', schema, async (input) => {
  const at = new Date().toISOString();
  return { playback: await publishVideo({ table, buckets, ...input, at }) };
});
