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
import { endJob } from './use-cases/end-job.ts';
import type { StartWaitingPorts } from './use-cases/start-waiting-uploads.ts';

/** Receives the end of MediaConvert's jobs: the slot of the upload is free, and uploads that wait may start. */
export function createHandler(ports: StartWaitingPorts, runtime: Runtime) {
  return workflowStep(runtime, 'release-slot', z.unknown(), async (event) => ({
    outcome: await endJob(ports, event, runtime.now()),
  }));
}

export const handler = lambdaHandler(
  'release-slot',
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
