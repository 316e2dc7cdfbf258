import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { edgeWith } from './adapters/cloudfront/edge-values.ts';
import { changeStatus } from './adapters/dynamodb/change-status.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { type ModeratorClaim, moderatorsIn } from './http/moderator.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { requestLimits } from './use-cases/limit-requests.ts';
import { type ModerateUploadPorts, removeUpload } from './use-cases/moderate-upload.ts';

/** `POST /v1/uploads/{id}/remove`: nobody can play the video any more. For moderators. Idempotent. */
export function createHandler(
  ports: ModerateUploadPorts & {
    readonly limitRequests: LimitRequests;
    readonly moderators: ModeratorClaim;
  },
  runtime: Runtime,
) {
  const { limitRequests, moderators } = ports;
  const options = { schemas: { path: uploadPathSchema }, limitRequests, moderators };
  return apiRoute(runtime, options, async ({ owner, isModerator, path }) => {
    const moderation = { owner, isModerator, uploadId: path.id };
    const { upload } = accepted(await removeUpload(ports, moderation, runtime.now()));
    return jsonResponse(200, { upload: presentUpload(upload) });
  });
}

export const handler = lambdaHandler(
  'remove-upload',
  ({ TABLE_NAME, BUDGETS, ...environment }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem, changeStatus }),
        edge: edgeWith(environment),
        moderators: moderatorsIn(environment),
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
