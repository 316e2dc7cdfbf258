import { setVisibilityRequestSchema } from '../core/contract/playback-requests.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { setVisibility as writeVisibility } from './adapters/dynamodb/set-visibility.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { requestLimits } from './use-cases/limit-requests.ts';
import { type SetVisibilityPorts, setVisibility } from './use-cases/set-visibility.ts';

/** `PUT /v1/uploads/{id}/visibility`: who may play a video. Idempotent. */
export function createHandler(
  ports: SetVisibilityPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const schemas = { path: uploadPathSchema, body: setVisibilityRequestSchema };
  return apiRoute(runtime, { schemas, limitRequests }, async ({ owner, path, body }) => {
    const reference = { owner, uploadId: path.id, visibility: body.visibility };
    const { upload } = accepted(await setVisibility(ports, reference));
    return jsonResponse(200, { upload: presentUpload(upload) });
  });
}

export const handler = lambdaHandler('set-visibility', ({ TABLE_NAME, BUDGETS }, runtime) => {
  const table = uploadTable(TABLE_NAME);
  return createHandler(
    {
      uploads: bind(table, { get: getUploadItem, setVisibility: writeVisibility }),
      limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
    },
    runtime,
  );
});
