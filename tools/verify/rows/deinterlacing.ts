import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

/** Woven fields of the sample have 1.5 and more, separated ones about 1. */
const WOVEN = 1.2;

export const deinterlacing: Row = {
  id: 'deinterlacing',
  assumption: 'The Deinterlacer with Control NORMAL separates the fields of an interlaced source.',
  observe({ videos }) {
    const { outputs } = videos.interlaced;
    if (outputs?.combing === undefined) return cutShort('interlaced', videos.interlaced);
    const seen = `Lines of the output differ from their neighbors by ${outputs.combing.toFixed(2)} times the lines of one field.`;
    return outputs.combing < WOVEN ? asAssumed(seen) : differs(seen);
  },
  followsIfDiffers:
    'Interlaced videos show combs at moving edges. Set Control FORCE_ALL_FRAMES for tracks that inspection found interlaced: preprocessors() in core/transcoding/transcode-job.ts.',
};
