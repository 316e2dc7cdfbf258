import { completeUploadRequestSchema, MAX_COMPLETION_BYTES } from '../core/contract/requests.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { changeStatus } from './adapters/dynamodb/change-status.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { completeMultipart } from './adapters/s3/complete-multipart.ts';
import { abortMultipart, listStoredParts } from './adapters/s3/multipart.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { headObject } from './adapters/s3/source-objects.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { type CompleteUploadPorts, completeUpload } from './use-cases/complete-upload.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

const schemas = { path: uploadPathSchema, body: completeUploadRequestSchema };

/** `POST /v1/uploads/{id}/complete`: combines the parts if they are exactly what was granted. Idempotent. */
export function createHandler(
  ports: CompleteUploadPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = { schemas, limitRequests, bodyLimitBytes: MAX_COMPLETION_BYTES };
  return apiRoute(runtime, options, async ({ owner, path, body }) => {
    const input = { owner, uploadId: path.id, request: body };
    const { upload } = accepted(await completeUpload(ports, input, runtime.now()));
    return jsonResponse(202, { upload: presentUpload(upload) });
  });
}

export const handler = lambdaHandler(
  'complete-upload',
  ({ SOURCE_BUCKET, TABLE_NAME, BUDGETS }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    const source = { client: s3Client(), name: SOURCE_BUCKET };
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem, changeStatus }),
        multipart: bind(source, {
          listParts: listStoredParts,
          complete: completeMultipart,
          abort: abortMultipart,
        }),
        sources: bind(source, { head: headObject }),
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
