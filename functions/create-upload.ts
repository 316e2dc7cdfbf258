import * as z from 'zod/mini';
import { createUploadRequestSchema, idempotencyKeySchema } from '../core/contract/requests.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { intakeOf } from './adapters/dynamodb/intake.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { recordMultipartUpload } from './adapters/dynamodb/record-multipart.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { findIdempotencyKey, getDay, getQuota, reserve } from './adapters/dynamodb/reservations.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { abortMultipart, createMultipart } from './adapters/s3/multipart.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { grantSigners } from './adapters/sts/grant-signers.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { type CreateUploadPorts, createUpload } from './use-cases/create-upload.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

const schemas = {
  headers: z.object({ 'idempotency-key': z.optional(idempotencyKeySchema) }),
  body: createUploadRequestSchema,
};

/** `POST /v1/uploads`: records an upload for its owner and grants what sends its file. */
export function createHandler(
  ports: Omit<CreateUploadPorts, 'randomBytes'> & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { now, randomBytes } = runtime;
  return apiRoute(
    runtime,
    { schemas, limitRequests: ports.limitRequests },
    async ({ owner, subject, headers, body }) => {
      const input = { owner, subject, request: body, idempotencyKey: headers['idempotency-key'] };
      const { upload, grant } = accepted(
        await createUpload({ ...ports, randomBytes }, input, now()),
      );
      return jsonResponse(
        201,
        { upload: presentUpload(upload), grant },
        { location: `/v1/uploads/${upload.uploadId}` },
      );
    },
  );
}

export const handler = lambdaHandler('create-upload', (environment, runtime) => {
  const table = uploadTable(environment.TABLE_NAME);
  const client = s3Client();
  const source = { client, name: environment.SOURCE_BUCKET };
  return createHandler(
    {
      uploads: bind(table, { get: getUploadItem, recordMultipartUpload }),
      reservations: bind(table, { findIdempotencyKey, getDay, getQuota, reserve }),
      multipart: bind(source, { create: createMultipart, abort: abortMultipart }),
      signers: grantSigners(environment, client),
      policy: environment.UPLOAD_POLICY,
      budgets: environment.BUDGETS,
      sourceBucket: environment.SOURCE_BUCKET,
      allowedOrigins: environment.ALLOWED_ORIGINS,
      intake: intakeOf(table),
      limitRequests: requestLimits(bind(table, { add: addRequests }), environment.BUDGETS),
    },
    runtime,
  );
});
