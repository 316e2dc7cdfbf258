import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { beginAttempt } from './adapters/dynamodb/begin-attempt.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { headObject } from './adapters/s3/source-objects.ts';
import { startExecution, stepFunctionsClient } from './adapters/step-functions/executions.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { requestLimits } from './use-cases/limit-requests.ts';
import { type RetryUploadPorts, retryUpload } from './use-cases/retry-upload.ts';

/** `POST /v1/uploads/{id}/retry`: tries a failed upload again, from the step that failed. Idempotent. */
export function createHandler(
  ports: RetryUploadPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = { schemas: { path: uploadPathSchema }, limitRequests };
  return apiRoute(runtime, options, async ({ owner, path }) => {
    const reference = { owner, uploadId: path.id };
    const { upload } = accepted(await retryUpload(ports, reference, runtime.now()));
    return jsonResponse(202, { upload: presentUpload(upload) });
  });
}

export const handler = lambdaHandler(
  'retry-upload',
  (
    { SOURCE_BUCKET, OUTPUT_BUCKET, STATE_MACHINE_ARN, TABLE_NAME, UPLOAD_POLICY, BUDGETS },
    runtime,
  ) => {
    const table = uploadTable(TABLE_NAME);
    const source = { client: s3Client(), name: SOURCE_BUCKET };
    const workflow = { client: stepFunctionsClient(), stateMachineArn: STATE_MACHINE_ARN };
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem, beginAttempt }),
        sources: bind(source, { head: headObject }),
        executions: bind(workflow, { start: startExecution }),
        policy: UPLOAD_POLICY,
        sourceBucket: SOURCE_BUCKET,
        outputBucket: OUTPUT_BUCKET,
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
