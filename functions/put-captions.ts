import { CAPTION_TYPES } from '../core/contract/playback-requests.ts';
import { captionsPathSchema } from '../core/contract/upload-path.ts';
import { MAX_CAPTIONS_BYTES } from '../core/playback/captions.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { nextCaptionRevision, setCaptions } from './adapters/dynamodb/captions.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { putText } from './adapters/s3/output-objects.ts';
import { getText } from './adapters/s3/read-objects.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { MAX_MANIFEST_BYTES } from './media/read-manifests.ts';
import { type ChangeCaptionsPorts, putCaptions } from './use-cases/change-captions.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

/** `PUT /v1/uploads/{id}/captions/{language}`: captions from WebVTT or SRT. Idempotent for players. */
export function createHandler(
  ports: ChangeCaptionsPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = {
    schemas: { path: captionsPathSchema },
    limitRequests,
    text: { types: CAPTION_TYPES, limitBytes: MAX_CAPTIONS_BYTES },
  };
  return apiRoute(runtime, options, async ({ owner, path, text }) => {
    const reference = { owner, uploadId: path.id, language: path.language, text };
    const { upload } = accepted(await putCaptions(ports, reference));
    return jsonResponse(200, { upload: presentUpload(upload) });
  });
}

export const handler = lambdaHandler(
  'put-captions',
  ({ TABLE_NAME, BUDGETS, OUTPUT_BUCKET }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    const output = { client: s3Client(), name: OUTPUT_BUCKET };
    const readText = (key: string) => getText(output, key, MAX_MANIFEST_BYTES);
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem, nextCaptionRevision, setCaptions }),
        outputs: { ...bind(output, { putText }), readText },
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
