import type { ListPartsResponse } from '../core/contract/responses.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { listStoredParts } from './adapters/s3/multipart.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { requestLimits } from './use-cases/limit-requests.ts';
import { type ListPartsPorts, listParts } from './use-cases/list-parts.ts';

/** `GET /v1/uploads/{id}/parts`: everything that S3 has received, so that a client can resume an upload. */
export function createHandler(
  ports: ListPartsPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = { schemas: { path: uploadPathSchema }, limitRequests };
  return apiRoute(runtime, options, async ({ owner, path }) => {
    const listed = accepted(await listParts(ports, { owner, uploadId: path.id }));
    const { parts, receivedBytes, missing } = listed;
    const response: ListPartsResponse = { parts: [...parts], receivedBytes, missing: [...missing] };
    return jsonResponse(200, response);
  });
}

export const handler = lambdaHandler(
  'list-parts',
  ({ SOURCE_BUCKET, TABLE_NAME, BUDGETS }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    const source = { client: s3Client(), name: SOURCE_BUCKET };
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem }),
        multipart: bind(source, { listParts: listStoredParts }),
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
