import { listUploadsQuerySchema } from '../core/contract/requests.ts';
import type { ListUploadsResponse } from '../core/contract/responses.ts';
import { isUploadId } from '../core/contract/upload-id.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { listUploadItems } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { readCursor, writeCursor } from './http/cursor.ts';
import type { LimitRequests } from './http/request-limit.ts';
import type { UploadStore } from './ports/uploads.ts';
import { requestLimits } from './use-cases/limit-requests.ts';
import { listUploads } from './use-cases/list-uploads.ts';

/** `GET /v1/uploads`: the caller's own, newest first. */
export function createHandler(
  ports: { readonly uploads: Pick<UploadStore, 'list'>; readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = { schemas: { query: listUploadsQuerySchema }, limitRequests };
  return apiRoute(runtime, options, async ({ owner, query }) => {
    const { limit, cursor, status } = query;
    const includeEnded = query.includeEnded === 'true';
    const list = `uploads/${owner}/${status ?? (includeEnded ? 'all' : '')}`;
    const after = cursor && readCursor(list, cursor, isUploadId);
    const { uploads, last } = await listUploads(ports, {
      owner,
      limit,
      after,
      status,
      includeEnded,
    });
    const response: ListUploadsResponse = {
      uploads: uploads.map((item) => presentUpload(item)),
      ...(last !== undefined && { nextCursor: writeCursor(list, last) }),
    };
    return jsonResponse(200, response);
  });
}

export const handler = lambdaHandler('list-uploads', ({ TABLE_NAME, BUDGETS }, runtime) => {
  const table = uploadTable(TABLE_NAME);
  return createHandler(
    {
      uploads: bind(table, { list: listUploadItems }),
      limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
    },
    runtime,
  );
});
