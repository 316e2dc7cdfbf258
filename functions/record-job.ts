import * as z from 'zod/mini';
import type { Runtime } from '../core/runtime.ts';
import { bind } from './adapters/bind.ts';
import { recordJobProgress } from './adapters/dynamodb/job-progress.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { lambdaHandler } from './adapters/lambda/lambda-handler.ts';
import type { UploadStore } from './ports/uploads.ts';
import { workflowStep } from './steps/workflow-step.ts';
import { recordJob } from './use-cases/record-job.ts';

/** Receives MediaConvert's events: which job an upload has, and its progress. */
export function createHandler(
  ports: { readonly uploads: Pick<UploadStore, 'recordJobProgress'> },
  runtime: Runtime,
) {
  return workflowStep(runtime, 'record-job', z.unknown(), async (event) => ({
    outcome: await recordJob(ports, event, runtime.now()),
  }));
}

export const handler = lambdaHandler('record-job', ({ TABLE_NAME }, runtime) => {
  const table = uploadTable(TABLE_NAME);
  return createHandler({ uploads: bind(table, { recordJobProgress }) }, runtime);
});
