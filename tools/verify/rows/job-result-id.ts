import { jobIdIn, jobResult } from '../read-execution.ts';
import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const jobResultHasId: Row = {
  id: 'job-result-id',
  assumption: 'The result of createJob.sync has the id of the job as Job.Id.',
  observe({ videos }) {
    const result = jobResult(videos.multipart.execution?.history ?? []);
    if (result === undefined) return cutShort('multipart', videos.multipart);
    const id = jobIdIn(result);
    if (id !== undefined) return asAssumed(`Job.Id is ${id}.`);
    return differs(
      `There is no Job.Id; the result has ${Object.keys(result as object).join(', ') || 'no members'}.`,
    );
  },
  followsIfDiffers:
    'Transcode ends with States.QueryEvaluationError, and every upload ends as failed after a complete job. Change the Output of Transcode in statemachines/process-upload.asl.json.',
};
