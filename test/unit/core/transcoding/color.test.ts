import type { VideoTrack } from '../../../../core/contract/media.ts';
import { colorCorrector, inputColorSettings } from '../../../../core/transcoding/color.ts';
import { track } from '../media/media-facts.ts';

type Color = NonNullable<VideoTrack['color']>;

const colored = (color: Partial<Color>) =>
  track({ color: { hdr: 'none', masteringMetadata: false, ...color } });
const PQ = { hdr: 'pq', transfer: 'smpte2084', primaries: 'bt2020' } as const;
const HLG = { hdr: 'hlg', transfer: 'arib-std-b67', primaries: 'bt2020' } as const;
const VISION = { hdr: 'dolby-vision', masteringMetadata: false } as const;
const PRESERVED = { ColorSpaceConversion: 'FORCE_709', HdrToSdrToneMapper: 'PRESERVE_DETAILS' };
const VIBRANT = { ColorSpaceConversion: 'FORCE_709', HdrToSdrToneMapper: 'VIBRANT' };

describe('The color corrector', () => {
  it.each<[string, Partial<Color>, object]>([
    ['PQ', PQ, VIBRANT],
    ['HLG', HLG, PRESERVED],
    ['Dolby Vision 8.1', { ...VISION, dolbyVisionProfile: '8.1' }, VIBRANT],
    ['Dolby Vision with a base layer in PQ', { ...VISION, transfer: 'smpte2084' }, VIBRANT],
    ['Dolby Vision 8.4', { ...VISION, dolbyVisionProfile: '8.4' }, PRESERVED],
    ['Dolby Vision with a base layer in HLG', { ...VISION, transfer: 'arib-std-b67' }, PRESERVED],
    ['Dolby Vision of an unknown profile', VISION, VIBRANT],
  ])('makes SDR in Rec. 709 of %s', (_what, color, expected) => {
    expect(colorCorrector(colored(color))).toEqual({
      ...expected,
      SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE',
    });
  });

  it.each(['smpte432', 'smpte431'])(
    'converts the wide gamut %s without a tone mapper',
    (primaries) => {
      expect(colorCorrector(colored({ primaries }))).toEqual({
        ColorSpaceConversion: 'FORCE_709',
        SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE',
      });
    },
  );

  it.each<[string, VideoTrack]>([
    ['without a description', track()],
    ['in Rec. 709', colored({ primaries: 'bt709', transfer: 'bt709', matrix: 'bt709' })],
    ['in Rec. 601', colored({ primaries: 'smpte170m', matrix: 'smpte170m' })],
    ['with full range', colored({ range: 'full' })],
    ['of Dolby Vision 8.2', colored({ ...VISION, dolbyVisionProfile: '8.2' })],
  ])('keeps the colors of SDR %s, and makes the range limited', (_what, video) => {
    expect(colorCorrector(video)).toEqual({ SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE' });
  });
});

describe('The color settings of the input', () => {
  it('are absent where MediaConvert reads the file’s own', () => {
    for (const color of [{}, HLG, { ...PQ, masteringMetadata: true }, { primaries: 'smpte432' }]) {
      expect(inputColorSettings(colored(color))).toEqual({});
    }
    expect(inputColorSettings(track())).toEqual({});
  });

  it('give PQ without mastering metadata a display of 1,000 cd/m²', () => {
    expect(inputColorSettings(colored(PQ))).toMatchObject({
      ColorSpace: 'HDR10',
      ColorSpaceUsage: 'FORCE',
      Hdr10Metadata: {
        MaxLuminance: 10_000_000,
        MaxContentLightLevel: 1_000,
        MaxFrameAverageLightLevel: 400,
      },
    });
    expect(inputColorSettings(colored({ ...PQ, primaries: 'smpte432' }))).toMatchObject({
      ColorSpace: 'P3D65_HDR',
    });
  });

  it('keep the mastering metadata of PQ that only the container tells', () => {
    const { transfer: _transfer, ...untagged } = PQ;
    expect(inputColorSettings(colored({ ...untagged, masteringMetadata: true }))).toEqual({
      ColorSpace: 'HDR10',
      ColorSpaceUsage: 'FORCE',
    });
  });

  it('tell the HLG of a stream that does not say so', () => {
    for (const color of [
      { hdr: 'hlg', transfer: 'bt2020-10' },
      { ...VISION, dolbyVisionProfile: '8.4' },
    ] as const) {
      expect(inputColorSettings(colored(color))).toEqual({
        ColorSpace: 'HLG_2020',
        ColorSpaceUsage: 'FORCE',
      });
    }
  });
});
