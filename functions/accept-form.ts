import * as z from 'zod/mini';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { changeStatus } from './adapters/dynamodb/change-status.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { copyToSource, deleteStaged } from './adapters/s3/staged-files.ts';
import { workflowStep } from './steps/workflow-step.ts';
import { type AcceptFormPorts, acceptForm } from './use-cases/accept-form.ts';

/** S3's `Object Created`; the bucket keeps versions, so there always is one. */
const schema = (sourceBucket: string) =>
  z.object({
    detail: z.object({
      bucket: z.object({ name: z.literal(sourceBucket) }),
      object: z.object({
        key: z.string(),
        size: z.int().check(z.minimum(0)),
        'version-id': z.string().check(z.minLength(1)),
      }),
    }),
  });

/** Invoked when a form has posted a file: makes it the source of its upload, or deletes it. */
export function createHandler(
  ports: AcceptFormPorts & { readonly sourceBucket: string },
  runtime: Runtime,
) {
  return workflowStep(runtime, 'accept-form', schema(ports.sourceBucket), async ({ detail }) => {
    const { key, size, 'version-id': versionId } = detail.object;
    return { outcome: await acceptForm(ports, { key, versionId, size }, runtime.now()) };
  });
}

export const handler = lambdaHandler('accept-form', ({ SOURCE_BUCKET, TABLE_NAME }, runtime) => {
  const table = uploadTable(TABLE_NAME);
  const source = { client: s3Client(), name: SOURCE_BUCKET };
  return createHandler(
    {
      uploads: bind(table, { get: getUploadItem, changeStatus }),
      stagedFiles: bind(source, { copyToSource, delete: deleteStaged }),
      sourceBucket: SOURCE_BUCKET,
    },
    runtime,
  );
});
