import { uploadPathSchema } from '../core/contract/upload-path.ts';
import type { Runtime } from '../core/runtime.ts';
import { presentUpload } from '../core/uploads/present-upload.ts';
import { bind } from './adapters/bind.ts';
import { edgeWith } from './adapters/cloudfront/edge-values.ts';
import { admissionStore } from './adapters/dynamodb/admission-store.ts';
import { changeStatus } from './adapters/dynamodb/change-status.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { addRequests } from './adapters/dynamodb/request-counts.ts';
import { returnQuota } from './adapters/dynamodb/return-quota.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { cancelJob, mediaConvertClient } from './adapters/mediaconvert/jobs.ts';
import { abortMultipart } from './adapters/s3/multipart.ts';
import { deleteBelow } from './adapters/s3/output-objects.ts';
import { s3Client } from './adapters/s3/s3-client.ts';
import { closeSource, deleteEveryVersion } from './adapters/s3/source-objects.ts';
import { stepFunctionsClient, stopExecution } from './adapters/step-functions/executions.ts';
import { jsonResponse } from './http/api-request.ts';
import { apiRoute } from './http/api-route.ts';
import { accepted } from './http/problem-error.ts';
import type { LimitRequests } from './http/request-limit.ts';
import { type CancelUploadPorts, cancelUpload } from './use-cases/cancel-upload.ts';
import { requestLimits } from './use-cases/limit-requests.ts';

/** `DELETE /v1/uploads/{id}`: cancels an upload in any status, or deletes it. Idempotent. */
export function createHandler(
  ports: CancelUploadPorts & { readonly limitRequests: LimitRequests },
  runtime: Runtime,
) {
  const { limitRequests } = ports;
  const options = { schemas: { path: uploadPathSchema }, limitRequests };
  return apiRoute(runtime, options, async ({ owner, path }) => {
    const reference = { owner, uploadId: path.id };
    const { upload } = accepted(await cancelUpload(ports, reference, runtime.now()));
    return jsonResponse(200, { upload: presentUpload(upload) });
  });
}

export const handler = lambdaHandler(
  'cancel-upload',
  ({ SOURCE_BUCKET, OUTPUT_BUCKET, TABLE_NAME, ENDED_DAYS, BUDGETS, ...environment }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    const client = s3Client();
    const source = { client, name: SOURCE_BUCKET };
    const output = { client, name: OUTPUT_BUCKET };
    const workflow = { client: stepFunctionsClient() };
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem, changeStatus, returnQuota }),
        admission: admissionStore(table),
        multipart: bind(source, { abort: abortMultipart }),
        sources: bind(source, { deleteEveryVersion, close: closeSource }),
        outputs: bind(output, { deleteBelow }),
        executions: bind(workflow, { stop: stopExecution }),
        edge: edgeWith(environment),
        jobs: bind(mediaConvertClient(), { cancel: cancelJob }),
        retention: { endedDays: ENDED_DAYS },
        limitRequests: requestLimits(bind(table, { add: addRequests }), BUDGETS),
      },
      runtime,
    );
  },
);
