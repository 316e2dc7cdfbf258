import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

export const rotatedHeight: Row = {
  id: 'rotated-height',
  assumption: 'Height alone with Rotate AUTO is the height of the picture after its rotation.',
  observe({ videos }) {
    const { outputs } = videos.put;
    const [largest] = [...(outputs?.renditions ?? [])].sort((a, b) => b.height - a.height);
    if (largest === undefined) return cutShort('put', videos.put);
    const seen = `The sample of 640x360 with a quarter turn became ${largest.width}x${largest.height}.`;
    return largest.width === 360 && largest.height === 640 ? asAssumed(seen) : differs(seen);
  },
  followsIfDiffers:
    'Videos of telephones have the wrong size or shape, or fail as outputs_invalid. Send Width and Height, in the order that was seen, from size() in core/transcoding/transcode-job.ts.',
};
