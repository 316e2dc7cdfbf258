import * as z from 'zod/mini';
import { uploadTable } from './aws/table.ts';
import { environmentOf } from './environment.ts';
import { publishVideo } from './workflow/publish-video.ts';
import { workflowStep } from './workflow/workflow-step.ts';

const { SOURCE_BUCKET, OUTPUT_BUCKET, TABLE_NAME } = environmentOf('publish-video');
const table = uploadTable(TABLE_NAME);
const buckets = { source: SOURCE_BUCKET, output: OUTPUT_BUCKET };

const schema = z.object({ uploadId: z.string(), execution: z.string(), jobId: z.string() });

/** Checks what the job has left and makes the video playable; the same again for the same execution. */
export const handler = workflowStep('publish-video', schema, async (input) => {
  const at = new Date().toISOString();
  return { playback: await publishVideo({ table, buckets, ...input, at }) };
});
