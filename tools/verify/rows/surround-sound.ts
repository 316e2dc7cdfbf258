import { asAssumed, differs, type Row } from '../row.ts';
import { cutShort } from './shared.ts';

/** Silence, from the noise of AAC. */
const AUDIBLE = 0.01;

export const surroundSound: Row = {
  id: 'surround-sound',
  assumption:
    'A 5.1 track in the order left, right, center, low frequencies, surround becomes stereo by the remix settings; the center is heard.',
  observe({ videos }) {
    const { outputs } = videos.form;
    if (outputs?.channels === undefined || outputs.loudness === undefined)
      return cutShort('form', videos.form);
    const seen = `A tone in the center became ${outputs.channels} channels with a loudness of ${outputs.loudness.toFixed(3)}.`;
    return outputs.channels === 2 && outputs.loudness >= AUDIBLE ? asAssumed(seen) : differs(seen);
  },
  followsIfDiffers:
    'Dialog is silent or in the wrong channel. Change the mapping in core/transcoding/sound.ts to the order of channels that MediaConvert uses for this codec.',
};
