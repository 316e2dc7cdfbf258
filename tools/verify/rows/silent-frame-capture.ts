import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const silentFrameCapture: Row = {
  id: 'silent-frame-capture',
  assumption: 'A job without any sound can have frame captures beside its streams.',
  observe({ videos }) {
    const { job, outputs } = videos.companion;
    if (job === undefined) return cutShort('companion', videos.companion);
    if (job.status !== 'COMPLETE')
      return differs(`The job is ${job.status}: ${job.errorMessage ?? ''}`);
    const pictures = (outputs?.keys ?? []).filter((key) => key.endsWith('.jpg'));
    if (pictures.length === 0) return differs('The job is complete, and there are no pictures.');
    return asAssumed(`The job of a silent video wrote ${pictures.length} pictures.`);
  },
  followsIfDiffers:
    'Silent videos end as failed, or have no poster. Frame capture outputs need a companion output with sound or another output group: core/transcoding/transcode-job.ts.',
};
