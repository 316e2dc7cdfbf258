import { VIDEO_WALKS } from '../findings.ts';
import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const completeOutputs: Row = {
  id: 'complete-outputs',
  assumption:
    'The manifests of a ready video name files that exist, and the first segments of its largest rendition and its sound can be decoded.',
  observe({ videos }) {
    const ready = VIDEO_WALKS.filter((name) => videos[name].outputs !== undefined);
    if (ready.length === 0) return cutShort('multipart', videos.multipart);
    const broken = ready.filter((name) => videos[name].outputs?.problem !== undefined);
    if (broken.length > 0) {
      return differs(broken.map((name) => `${name}: ${videos[name].outputs?.problem}`).join(' '));
    }
    return asAssumed(`${ready.length} videos were played: ${ready.join(', ')}.`);
  },
  followsIfDiffers:
    'Videos are published that players cannot play. Compare the names of the files with core/playback/playback.ts, which decides what must exist.',
};
