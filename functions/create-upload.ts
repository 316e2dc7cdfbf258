import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { createUploadRequestSchema, idempotencyKeySchema } from '../core/contract/requests.ts';
import { createRequestProblems } from '../core/create-request.ts';
import { newUploadItem } from '../core/new-upload.ts';
import { presentUpload } from '../core/present-upload.ts';
import { uploadIdFrom } from '../core/upload-id.ts';
import { beginMultipart } from './aws/begin-multipart.ts';
import { grantParts } from './aws/part-grants.ts';
import { uploadTable } from './aws/table.ts';
import { createUploadItem } from './aws/table-create.ts';
import { environmentOf } from './environment.ts';
import { jsonAnswer } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { notWaiting, refusedFields, uploadOf } from './http/upload-problems.ts';

const environment = environmentOf('create-upload');
const { SOURCE_BUCKET: bucket, UPLOAD_POLICY: policy } = environment;
const table = uploadTable(environment.TABLE_NAME);

const schemas = {
  headers: z.object({ 'idempotency-key': idempotencyKeySchema.optional() }),
  body: createUploadRequestSchema,
};

/** `POST /v1/uploads`: records an upload for its owner, begins it in S3 and grants its parts. */
export const handler = apiRoute({ schemas }, async ({ owner, subject, headers, body }) => {
  refusedFields(createRequestProblems(body, policy));
  const now = Date.now();
  const fresh = newUploadItem(
    {
      uploadId: uploadIdFrom(now, randomBytes(10)),
      owner,
      subject,
      request: body,
      idempotencyKey: headers['idempotency-key'],
      now,
    },
    policy,
  );
  const item = uploadOf(await createUploadItem(table, fresh, policy, now), fresh);
  const upload = await beginMultipart(table, bucket, item, new Date(now).toISOString());
  if (!upload) throw notWaiting(item);
  const grant = await grantParts({
    bucket,
    signerRoleArn: environment.SIGNER_ROLE_ARN,
    upload,
    lifetimeSeconds: policy.grantLifetimeSeconds,
    now,
  });
  return jsonAnswer(
    201,
    { upload: presentUpload(upload), grant },
    { location: `/v1/uploads/${upload.uploadId}` },
  );
});
