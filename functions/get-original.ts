import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { bucketUrl } from './adapters/s3/bucket-url.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { signerCredentials, stsClient } from './adapters/sts/signer-credentials.ts';
import { signers } from './adapters/sts/signers.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { type GetOriginalPorts, getOriginal } from './use-cases/get-original.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

/** `GET /v1/uploads/{id}/original`: an address to download the uploaded file. */
export function createHandler(
  ports: GetOriginalPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = { schemas: { path: uploadPathSchema }, limitRequests };
  return apiRoute(runtime, options, async ({ owner, path }) => {
    const reference = { owner, uploadId: path.id };
    const { original } = accepted(await getOriginal(ports, reference, runtime.now()));
    return jsonResponse(200, { original });
  });
}

export const handler = lambdaHandler(
  'get-original',
  ({ TABLE_NAME, BUDGETS, SOURCE_BUCKET, ORIGINAL_SIGNER_ROLE_ARN }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    const client = s3Client();
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem }),
        signer: signers({
          credentials: signerCredentials(stsClient()),
          roles: { original: ORIGINAL_SIGNER_ROLE_ARN },
          bucketUrl: () => bucketUrl(client, SOURCE_BUCKET, false),
          region: () => client.config.region(),
        }),
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
