import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const announcement: Row = {
  id: 'announcement',
  assumption:
    'The workflow may put Video Ready on the default bus with the condition events:source.',
  observe({ videos }) {
    const { execution, upload } = videos.multipart;
    if (upload?.status !== 'ready' || !execution) return cutShort('multipart', videos.multipart);
    const last = execution.history.findLast(({ stateEnteredEventDetails: entered }) => entered)
      ?.stateEnteredEventDetails?.name;
    if (execution.status === 'SUCCEEDED') return asAssumed(`The execution succeeded in ${last}.`);
    if (execution.status === 'RUNNING')
      return asAssumed(`The upload is ready; the execution is in ${last}.`);
    return differs(`The upload is ready, and the execution is ${execution.status} in ${last}.`);
  },
  followsIfDiffers:
    'Consumers learn of a video only when the reconciler announces it, minutes later. Compare onBus in lib/permissions.ts with the error in the history.',
};
