import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { deliveryWith } from './adapters/secrets-manager/delivery.ts';
import { anyone, unlimited } from './http/anyone.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import { type GetPlaybackPorts, getPublicPlayback } from './use-cases/get-playback.ts';

/** `GET /v1/videos/{id}/playback`: addresses of a public video, for everybody. */
export function createHandler(ports: GetPlaybackPorts, runtime: Runtime) {
  const options = {
    schemas: { path: uploadPathSchema },
    authenticate: anyone(),
    // API Gateway limits the route: a caller without a token has no budget of their own.
    limitRequests: unlimited,
  };
  return apiRoute(runtime, options, async ({ path }) => {
    const { playback } = accepted(await getPublicPlayback(ports, path.id, runtime.now()));
    return jsonResponse(200, { playback });
  });
}

export const handler = lambdaHandler(
  'get-public-playback',
  ({ TABLE_NAME, ...environment }, runtime) =>
    createHandler(
      {
        uploads: bind(uploadTable(TABLE_NAME), { get: getUploadItem }),
        delivery: deliveryWith(environment, runtime),
      },
      runtime,
    ),
);
