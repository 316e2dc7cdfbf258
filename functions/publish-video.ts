import * as z from 'zod/mini';
import { OUTPUT_MINUTES, outputMinutes } from '../core/playback/output-minutes.ts';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { changeStatus } from './adapters/dynamodb/change-status.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { listObjects, putText } from './adapters/s3/output-objects.ts';
import { getText } from './adapters/s3/read-objects.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { headObject } from './adapters/s3/source-objects.ts';
import { MAX_MANIFEST_BYTES, readDash, readHls } from './media/read-manifests.ts';
import { workflowStep } from './steps/workflow-step.ts';
import {
  type NotPublishable,
  type PublishVideoPorts,
  publishVideo,
} from './use-cases/publish-video.ts';

const schema = z.object({
  uploadId: z.string(),
  execution: z.string(),
  jobId: z.string(),
  reportedMs: z.optional(z.number().check(z.positive())),
});

/** The video cannot be published; the state machine matches `name`. */
class PublicationFailed extends Error {
  override readonly name: string;

  constructor({ code, detail }: NotPublishable) {
    super(detail);
    this.name = ERROR_NAMES[code] ?? 'OutputsInvalid';
  }
}

const ERROR_NAMES: Readonly<Partial<Record<NotPublishable['code'], string>>> = {
  outputs_missing: 'OutputsMissing',
  outputs_invalid: 'OutputsInvalid',
  duration_differs: 'DurationDiffers',
  source_missing: 'SourceMissing',
  source_changed: 'SourceChanged',
  not_claimed: 'NotClaimed',
};

/** Checks the job's outputs and makes the video playable. Idempotent for the same execution. */
export function createHandler(ports: PublishVideoPorts, runtime: Runtime) {
  return workflowStep(runtime, 'publish-video', schema, async (input) => {
    const published = await publishVideo(ports, input, runtime.now());
    if (published.outcome === 'not_publishable') throw new PublicationFailed(published);
    const { playback, sequence } = published;
    const { durationSeconds, renditions } = playback;
    // A repeated invocation counts again.
    runtime.metrics.addMetric(
      OUTPUT_MINUTES,
      'Count',
      outputMinutes(durationSeconds, renditions.length),
    );
    return { playback, sequence };
  });
}

export const handler = lambdaHandler(
  'publish-video',
  ({ SOURCE_BUCKET, OUTPUT_BUCKET, TABLE_NAME }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    const client = s3Client();
    const source = { client, name: SOURCE_BUCKET };
    const output = { client, name: OUTPUT_BUCKET };
    const read = (key: string) => getText(output, key, MAX_MANIFEST_BYTES);
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem, changeStatus }),
        sources: bind(source, { head: headObject }),
        outputs: bind(output, { list: listObjects, putText }),
        manifests: { readHls: (key) => readHls(key, read), readDash: (key) => readDash(key, read) },
      },
      runtime,
    );
  },
);
