import { MAX_STARTS_PER_RUN, RUN_LIMITS } from '../../../core/reconciliation/run-limits.ts';
import { VIDEO_WALKS } from '../findings.ts';
import { jobErrors } from '../read-execution.ts';
import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const reconcilerBacklog: Row = {
  id: 'reconciler-backlog',
  assumption:
    'CreateJob is not throttled by the jobs of these uploads, and the reconciler asks for so few executions a run that a backlog does not change that.',
  observe({ videos }) {
    const seen = VIDEO_WALKS.filter((name) => videos[name].execution !== undefined);
    if (seen.length === 0) return cutShort('multipart', videos.multipart);
    const throttled = seen
      .flatMap((name) => jobErrors(videos[name].execution?.history ?? []))
      .filter((error) => /TooManyRequests|ServiceQuotaExceeded/.test(error));
    const limits = `A run of the reconciler starts at most ${MAX_STARTS_PER_RUN} executions, with ${RUN_LIMITS.workflow.perSecond} requests a second.`;
    if (throttled.length > 0)
      return differs(`${throttled.length} calls were refused: ${throttled[0]} ${limits}`);
    return asAssumed(`No call of CreateJob was throttled. ${limits}`);
  },
  followsIfDiffers:
    'Uploads wait for retries. Request a higher rate for CreateJob and a higher number of concurrent jobs from AWS, or lower MAX_STARTS_PER_RUN in core/reconciliation/run-limits.ts.',
};
