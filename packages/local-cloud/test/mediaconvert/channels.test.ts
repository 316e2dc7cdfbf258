import type { AudioDescription } from '../../src/mediaconvert/settings/audio-settings.ts';
import { channelGains, panFilter } from '../../src/mediaconvert/transcode/channel-gains.ts';

const described = (remixSettings?: AudioDescription['remixSettings']): AudioDescription => ({
  codecSettings: { codec: 'AAC' },
  ...(remixSettings && { remixSettings }),
});

describe('the mix of channels', () => {
  it('without settings takes the first ones, and mono for both sides', () => {
    expect(channelGains(described(), 6, 2)).toEqual([
      [1, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0, 0],
    ]);
    expect(channelGains(described(), 1, 2)).toEqual([[1], [1]]);
    expect(channelGains(described(), 2, 6)).toHaveLength(6);
  });

  it('has the factors of the decibels in the settings', () => {
    const gains = channelGains(
      described({
        channelsIn: 3,
        channelsOut: 2,
        channelMapping: {
          outputChannels: [
            { inputChannels: [0, -60, -6] },
            { inputChannelsFineTune: [-60, 0, -6.0206] },
          ],
        },
      }),
      3,
      2,
    );
    expect(gains[0]).toEqual([1, 0, expect.closeTo(0.5012, 4)]);
    expect(gains[1]).toEqual([0, 1, expect.closeTo(0.5, 4)]);
  });

  it('is a pan filter of the channels of one track', () => {
    const gains = [
      [1, 0.5],
      [0, 1],
    ];
    expect(panFilter(gains, 'stereo', 0, 2)).toBe(
      'pan=stereo|c0=1.000000*c0+0.500000*c1|c1=1.000000*c1',
    );
    expect(panFilter(gains, 'stereo', 0, 1)).toBe('pan=stereo|c0=1.000000*c0|c1=0*c0');
    expect(panFilter(gains, 'stereo', 1, 1)).toBe('pan=stereo|c0=0.500000*c0|c1=1.000000*c0');
  });
});
