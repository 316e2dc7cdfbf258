import * as z from 'zod/mini';
import { signPartsQuerySchema, signPartsRequestSchema } from '../core/contract/requests.ts';
import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { intakeOf } from './adapters/dynamodb/intake.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { recordMultipartUpload } from './adapters/dynamodb/record-multipart.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { abortMultipart, createMultipart } from './adapters/s3/multipart.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { grantSigners } from './adapters/sts/grant-signers.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { expandedGrant, pageOf } from './http/part-page.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { requestLimits } from './use-cases/limit-requests.ts';
import { type SignPartsPorts, signUpload } from './use-cases/sign-parts.ts';

const schemas = {
  path: uploadPathSchema,
  query: signPartsQuerySchema,
  body: z.prefault(signPartsRequestSchema, {}),
};

/**
 * `POST /v1/uploads/{id}/grant`: grants again what sends the file. For an upload in parts: all or the named ones, as
 * a compact grant or a page of plain URLs.
 */
export function createHandler(
  ports: SignPartsPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  return apiRoute(
    runtime,
    { schemas, limitRequests: ports.limitRequests },
    async ({ owner, path, query, body }) => {
      const { partNumbers } = body;
      const list = { uploadId: path.id, partNumbers };
      const page = pageOf(list, query);
      const input = { owner, uploadId: path.id, partNumbers, page };
      const signed = accepted(await signUpload(ports, input, runtime.now()));
      const grant =
        page && signed.outcome === 'signed'
          ? expandedGrant(list, signed.upload, signed.grant, signed.nextOffset)
          : signed.grant;
      return jsonResponse(200, { upload: presentUpload(signed.upload), grant });
    },
  );
}

export const handler = lambdaHandler('sign-parts', (environment, runtime) => {
  const table = uploadTable(environment.TABLE_NAME);
  const client = s3Client();
  const source = { client, name: environment.SOURCE_BUCKET };
  return createHandler(
    {
      uploads: bind(table, { get: getUploadItem, recordMultipartUpload }),
      multipart: bind(source, { create: createMultipart, abort: abortMultipart }),
      signers: grantSigners(environment, client),
      policy: environment.UPLOAD_POLICY,
      sourceBucket: environment.SOURCE_BUCKET,
      intake: intakeOf(table),
      limitRequests: requestLimits(bind(table, { add: addRequests }), environment.BUDGETS),
    },
    runtime,
  );
});
