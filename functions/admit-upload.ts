import * as z from 'zod/mini';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { admissionStore } from './adapters/dynamodb/admission-store.ts';
import { getUploadItem } from './adapters/dynamodb/read-uploads.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import { resumeTask } from './adapters/step-functions/callbacks.ts';
import { stepFunctionsClient } from './adapters/step-functions/executions.ts';
import { workflowStep } from './steps/workflow-step.ts';
import { type AdmitUploadPorts, admitUpload } from './use-cases/admit-upload.ts';

const schema = z.object({
  uploadId: z.string(),
  execution: z.string(),
  token: z.string().check(z.minLength(1)),
  attempt: z.string().check(z.minLength(1)),
  refused: z.boolean(),
  media: z.string(),
});

/** The execution no longer has the upload; the state machine matches the name. */
class NotClaimed extends Error {
  override readonly name = 'NotClaimed';
}

/** The state AwaitSlot: the upload waits for a slot, or gets one at once. Idempotent for the same attempt. */
export function createHandler(ports: AdmitUploadPorts, runtime: Runtime) {
  return workflowStep(runtime, 'admit-upload', schema, async (request) => {
    const outcome = await admitUpload(ports, request, runtime.now());
    if (outcome === 'superseded') {
      throw new NotClaimed(`The execution does not have the upload ${request.uploadId} any more.`);
    }
    return { outcome };
  });
}

export const handler = lambdaHandler(
  'admit-upload',
  ({ TABLE_NAME, JOBS_AT_ONCE, JOBS_AT_ONCE_PER_OWNER }, runtime) => {
    const table = uploadTable(TABLE_NAME);
    return createHandler(
      {
        uploads: bind(table, { get: getUploadItem }),
        admission: admissionStore(table),
        callbacks: bind({ client: stepFunctionsClient() }, { resume: resumeTask }),
        limits: { jobsAtOnce: JOBS_AT_ONCE, jobsAtOncePerOwner: JOBS_AT_ONCE_PER_OWNER },
      },
      runtime,
    );
  },
);
