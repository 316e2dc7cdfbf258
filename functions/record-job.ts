import * as z from 'zod/mini';
import { readJobEvent } from '../core/transcoding/job-event.ts';
import { recordJobProgress } from './adapters/dynamodb/job-progress.ts';
import { uploadTable } from './adapters/dynamodb/table.ts';
import { environmentOf } from './adapters/lambda/environment.ts';
import { workflowStep } from './http/workflow-step.ts';

const table = uploadTable(environmentOf('record-job').TABLE_NAME);

/** Takes MediaConvert's events: which job an upload has, and how far it is. */
export const handler = workflowStep('record-job', z.unknown(), async (event) => {
  const progress = readJobEvent(event);
  const recorded =
    progress !== undefined && (await recordJobProgress(table, progress, new Date().toISOString()));
  return { verdict: recorded ? 'recorded' : 'ignored' };
});
