import { createViewerPlaybackRequestSchema } from '../core/contract/playback-requests.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { deliveryWith } from './adapters/secrets-manager/delivery.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { createViewerPlayback, type GetPlaybackPorts } from './use-cases/get-playback.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

/** `POST /v1/videos/{id}/playback`: addresses of any ready video for a viewer of the caller, a backend. */
export function createHandler(
  ports: GetPlaybackPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const schemas = { path: uploadPathSchema, body: createViewerPlaybackRequestSchema };
  return apiRoute(runtime, { schemas, limitRequests }, async ({ path, body }) => {
    const request = { uploadId: path.id, viewer: body.viewer };
    const { playback } = accepted(await createViewerPlayback(ports, request, runtime.now()));
    return jsonResponse(200, { playback });
  });
}

export const handler = lambdaHandler(
  'create-viewer-playback',
  ({ TABLE_NAME, BUDGETS, ...environment }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem }),
        delivery: deliveryWith(environment, runtime),
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
