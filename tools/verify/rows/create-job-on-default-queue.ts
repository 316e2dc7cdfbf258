import { jobErrors, submittedOutput } from '../read-execution.ts';
import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const createJobOnDefaultQueue: Row = {
  id: 'create-job-on-default-queue',
  assumption:
    'The permission mediaconvert:CreateJob can be limited to the queue Default; the page of Step Functions asks for all resources.',
  observe({ videos }) {
    const { execution, job } = videos.multipart;
    const errors = jobErrors(execution?.history ?? []);
    const denied = errors.find((error) => /AccessDenied|not authorized/i.test(error));
    if (denied !== undefined) return differs(denied);
    if (execution && submittedOutput(execution.history) !== undefined) {
      return asAssumed(`The job was created${job ? ` in ${job.queue}` : ''}.`);
    }
    return cutShort('multipart', videos.multipart);
  },
  followsIfDiffers:
    'Every upload ends as failed. Add the resource that the error names to the statement in lib/upload-workflow.ts.',
};
