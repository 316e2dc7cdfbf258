import * as z from 'zod/mini';
import { INSPECTION_BUDGET } from '../core/media/inspection-budget.ts';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { reservedOutput, reserveOutput, usedOutput } from './adapters/dynamodb/output-budget.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { getRange } from './adapters/s3/read-objects.ts';
import { type Bucket, s3Client } from './adapters/s3/s3-client.ts';
import { inspectMedia } from './media/inspect-media.ts';
import { rangedReader } from './media/ranged-reader.ts';
import type { MediaInspector } from './ports/inspection.ts';
import { workflowStep } from './steps/workflow-step.ts';
import { type InspectUploadPorts, inspectUpload } from './use-cases/inspect-upload.ts';

const schema = z.object({
  uploadId: z.string(),
  bucket: z.string(),
  key: z.string(),
  versionId: z.optional(z.string()),
  etag: z.string(),
  size: z.int().check(z.minimum(0)),
  declared: z.object({ contentType: z.string(), size: z.int().check(z.minimum(0)) }),
});

/** Inspects the claimed object by ranges; invalid media is a result, never an error. */
export function createHandler(ports: InspectUploadPorts, runtime: Runtime) {
  return workflowStep(runtime, 'inspect-media', schema, (input) =>
    inspectUpload(ports, input, runtime.now()),
  );
}

export const handler = lambdaHandler(
  'inspect-media',
  ({ OUTPUT_BUCKET: outputBucket, UPLOAD_POLICY: policy, BUDGETS, TABLE_NAME }, runtime) => {
    const inspector = mediaInspector(s3Client(), runtime.elapsed);
    const outputBudget = bind(uploadTable(TABLE_NAME), {
      reserve: reserveOutput,
      reserved: reservedOutput,
      used: usedOutput,
    });
    return createHandler(
      { inspector, policy, outputBucket, outputBudget, budgets: BUDGETS },
      runtime,
    );
  },
);

/** @param elapsed milliseconds since some start */
export function mediaInspector(s3: Bucket['client'], elapsed: () => number): MediaInspector {
  return {
    async inspect(object, declared, policy) {
      const fetchRange = (start: number, end: number) => getRange(s3, object, start, end);
      const reader = rangedReader(object.size, fetchRange, INSPECTION_BUDGET, elapsed);
      const inspection = await inspectMedia(reader, declared, policy);
      return { inspection, counters: reader.cost() };
    },
  };
}
