import { jobIdIn, submittedOutput } from '../read-execution.ts';
import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const submittedJobHasId: Row = {
  id: 'submitted-job-id',
  assumption: 'TaskSubmitted of createJob.sync has the id of the job as Job.Id.',
  observe({ videos }) {
    const output = submittedOutput(videos.multipart.execution?.history ?? []);
    if (output === undefined) return cutShort('multipart', videos.multipart);
    const id = jobIdIn(output);
    if (id !== undefined) return asAssumed(`Job.Id is ${id}.`);
    return differs(
      `There is no Job.Id; the output has ${Object.keys(output as object).join(', ') || 'no members'}.`,
    );
  },
  followsIfDiffers:
    'If the events of a job are lost, the reconciler cannot find the job and starts over. Change submittedJobOf in functions/adapters/step-functions/executions.ts to the members that were seen.',
};
