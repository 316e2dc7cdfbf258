import * as z from 'zod/mini';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { workflowStep } from './http/workflow-step.ts';
import { acceptForm } from './use-cases/accept-form.ts';

const { SOURCE_BUCKET: bucket, TABLE_NAME } = environmentOf('accept-form');
const table = uploadTable(TABLE_NAME);

/** Of S3's `Object Created`; the bucket keeps versions, so there always is one. */
const schema = z.object({
  detail: z.object({
    bucket: z.object({ name: z.literal(bucket) }),
    object: z.object({
      key: z.string(),
      size: z.int().check(z.minimum(0)),
      'version-id': z.string().check(z.minLength(1)),
    }),
  }),
});

/** A form has brought a file: makes it its upload's source, or throws it away. */
export const handler = workflowStep('accept-form', schema, async ({ detail: { object } }) => {
  const file = { bucket, key: object.key, versionId: object['version-id'], size: object.size };
  return { verdict: await acceptForm(table, file, new Date().toISOString()) };
});
