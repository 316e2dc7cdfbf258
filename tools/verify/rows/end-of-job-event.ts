import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const endOfJobEvent: Row = {
  id: 'end-of-job-event',
  assumption:
    'The managed rule of Step Functions is created with the permissions of the workflow, and its event completes createJob.sync.',
  observe({ videos }) {
    const { job, upload } = videos.multipart;
    if (job === undefined) return cutShort('multipart', videos.multipart);
    if (job.status !== 'COMPLETE') return cutShort('multipart', videos.multipart);
    if (upload?.status === 'transcoding')
      return differs('The job is complete, and the execution still waits for it.');
    return asAssumed('The execution continued after the job.');
  },
  followsIfDiffers:
    'Uploads stay in transcoding until the reconciler resumes them. Compare the statement for StepFunctionsGetEventsForMediaConvertJobRule in lib/upload-workflow.ts with the error in the history.',
};
