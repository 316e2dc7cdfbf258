import * as z from 'zod/mini';
import { createUploadRequestSchema, idempotencyKeySchema } from '../core/contract/requests.ts';
import { redirectProblems } from '../core/uploads/create-request.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import type { UploadItem } from '../core/uploads/records.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { recordUpload } from './http/record-upload.ts';
import { notWaiting, refusedFields } from './http/upload-problems.ts';
import { beginMultipart } from './use-cases/begin-multipart.ts';
import { grantParts, grantRequest, isSingle } from './use-cases/upload-grants.ts';

const environment = environmentOf('create-upload');
const { SOURCE_BUCKET: bucket, UPLOAD_POLICY: policy } = environment;
const table = uploadTable(environment.TABLE_NAME);
const allowedOrigins = environment.ALLOWED_ORIGINS.split(' ');

const schemas = {
  headers: z.object({ 'idempotency-key': z.optional(idempotencyKeySchema) }),
  body: createUploadRequestSchema,
};

/** `POST /v1/uploads`: records an upload for its owner and grants what sends it. */
export const handler = apiRoute({ schemas }, async ({ owner, subject, headers, body }) => {
  refusedFields(redirectProblems(body, allowedOrigins));
  const now = Date.now();
  const idempotencyKey = headers['idempotency-key'];
  const item = await recordUpload(table, policy, {
    owner,
    subject,
    request: body,
    idempotencyKey,
    now,
  });
  const { upload, grant } = await granted(item, now);
  return jsonResponse(
    201,
    { upload: presentUpload(upload), grant },
    { location: `/v1/uploads/${upload.uploadId}` },
  );
});

async function granted(item: UploadItem, now: number) {
  if (isSingle(item)) return { upload: item, grant: await grantRequest(environment, item, now) };
  const upload = await beginMultipart(table, bucket, item, new Date(now).toISOString());
  if (!upload) throw notWaiting(item);
  return { upload, grant: await grantParts(environment, upload, now) };
}
