import { reducedFrameRate } from '../../../core/transcoding/frame-rate.ts';
import { ladderOf } from '../../../core/transcoding/ladder.ts';
import { asAssumed, differs, type Row } from '../row.ts';

/** H.264 level 5.2, the highest that MediaConvert has: ITU-T H.264, table A-1. */
const MAX_MACROBLOCKS_A_SECOND = 2_073_600;
const SOURCE = { displayWidth: 4096, displayHeight: 2160, frameRate: 120 };

export const largestOutput: Row = {
  id: 'largest-output',
  assumption:
    'No output is outside of H.264 level 5.2, not even of 4096x2160 with 120 frames a second.',
  observe() {
    const [largest] = ladderOf(SOURCE);
    const rate = reducedFrameRate(SOURCE.frameRate);
    const perSecond = rate ? rate.numerator / rate.denominator : SOURCE.frameRate;
    const { width = 0, height = 0 } = largest ?? {};
    const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16) * perSecond;
    const seen = `Calculated, not sent: ${width}x${height} at ${perSecond}, ${macroblocks} macroblocks a second of ${MAX_MACROBLOCKS_A_SECOND}.`;
    return macroblocks <= MAX_MACROBLOCKS_A_SECOND ? asAssumed(seen) : differs(seen);
  },
  followsIfDiffers:
    'MediaConvert refuses the job with error 1040, and the upload fails. Lower MAX_FRAME_RATE in core/transcoding/frame-rate.ts or MAX_SIDE in core/transcoding/ladder.ts.',
};
