import { captionsPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { getText } from './adapters/s3/read-objects.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { type GetCaptionsPorts, getCaptions } from './use-cases/get-captions.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

/** Conversion escapes characters: the text may be longer than the file that was sent. */
const MAX_VTT_BYTES = 5 * 1024 * 1024;

/** `GET /v1/uploads/{id}/captions/{language}`: the captions of one language, as WebVTT. */
export function createHandler(
  ports: GetCaptionsPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = { schemas: { path: captionsPathSchema }, limitRequests };
  return apiRoute(runtime, options, async ({ owner, path }) => {
    const reference = { owner, uploadId: path.id, language: path.language };
    const { captions } = accepted(await getCaptions(ports, reference));
    return jsonResponse(200, { captions });
  });
}

export const handler = lambdaHandler(
  'get-captions',
  ({ TABLE_NAME, BUDGETS, OUTPUT_BUCKET }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    const output = { client: s3Client(), name: OUTPUT_BUCKET };
    const readText = (key: string) => getText(output, key, MAX_VTT_BYTES);
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem }),
        outputs: { readText },
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
