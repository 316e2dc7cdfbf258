import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { countAhead, readSlots } from './adapters/dynamodb/read-admission.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { listStoredParts } from './adapters/s3/multipart.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import { type GetUploadPorts, getUpload } from './use-cases/get-upload.ts';

/** `GET /v1/uploads/{id}`: status, progress, reason, timeline, playback. */
export function createHandler(ports: GetUploadPorts, runtime: Runtime) {
  return apiRoute(runtime, { schemas: { path: uploadPathSchema } }, async ({ owner, path }) => {
    const found = accepted(await getUpload(ports, { owner, uploadId: path.id }));
    return jsonResponse(200, { upload: presentUpload(found.upload, found) });
  });
}

export const handler = lambdaHandler('get-upload', (environment, runtime) => {
  const { SOURCE_BUCKET, TABLE_NAME, JOBS_AT_ONCE, JOBS_AT_ONCE_PER_OWNER } = environment;
  const table = uploadTable(TABLE_NAME);
  const source = { client: s3Client(), name: SOURCE_BUCKET };
  return createHandler(
    {
      uploads: bind(table, { get: getUploadItem }),
      multipart: bind(source, { listParts: listStoredParts }),
      admission: bind(table, { slots: readSlots, countAhead }),
      limits: { jobsAtOnce: JOBS_AT_ONCE, jobsAtOncePerOwner: JOBS_AT_ONCE_PER_OWNER },
    },
    runtime,
  );
});
