import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { countAhead, readSlots } from './adapters/dynamodb/read-admission.ts';
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
import { type GetUploadPorts, getUpload } from './use-cases/get-upload.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

/** `GET /v1/uploads/{id}`: status, progress, reason, timeline, playback. */
export function createHandler(
  ports: GetUploadPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = { schemas: { path: uploadPathSchema }, limitRequests };
  return apiRoute(runtime, options, async ({ owner, path }) => {
    const found = accepted(await getUpload(ports, { owner, uploadId: path.id }));
    return jsonResponse(200, { upload: presentUpload(found.upload, found) });
  });
}

export const handler = lambdaHandler('get-upload', (environment, runtime) => {
  const { SOURCE_BUCKET, TABLE_NAME, BUDGETS } = environment;
  const table = uploadTable(TABLE_NAME);
  const source = { client: s3Client(), name: SOURCE_BUCKET };
  return createHandler(
    {
      uploads: bind(table, { get: getUploadItem }),
      multipart: bind(source, { listParts: listStoredParts }),
      admission: bind(table, { slots: readSlots, countAhead }),
      limits: {
        jobsAtOnce: environment.JOBS_AT_ONCE,
        jobsAtOncePerOwner: environment.JOBS_AT_ONCE_PER_OWNER,
      },
      limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
    },
    runtime,
  );
});
