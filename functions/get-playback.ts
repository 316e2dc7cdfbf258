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
import { type ModeratorClaim, moderatorsIn } from './http/moderator.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { type GetPlaybackPorts, getPlayback } from './use-cases/get-playback.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

/** `GET /v1/uploads/{id}/playback`: complete addresses of a ready video's files. */
export function createHandler(
  ports: GetPlaybackPorts & {
    readonly limitRequests: LimitRequests;
    readonly moderators: ModeratorClaim;
  },
  runtime: Runtime,
) {
  const { limitRequests, moderators } = ports;
  const options = { schemas: { path: uploadPathSchema }, limitRequests, moderators };
  return apiRoute(runtime, options, async ({ path, ...caller }) => {
    const request = { ...caller, uploadId: path.id };
    const { playback } = accepted(await getPlayback(ports, request, runtime.now()));
    return jsonResponse(200, { playback });
  });
}

export const handler = lambdaHandler(
  'get-playback',
  ({ TABLE_NAME, BUDGETS, ...environment }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem }),
        delivery: deliveryWith(environment, runtime),
        moderators: moderatorsIn(environment),
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
