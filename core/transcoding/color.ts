import type { VideoTrack } from '../contract/media.ts';

/** What the picture's colors are, as MediaConvert tells them apart. `p3` is SDR in Display P3. */
type ColorKind = 'sdr' | 'p3' | 'hlg' | 'pq';

/**
 * The mastering display that is assumed for PQ without one: Display P3 at 1,000 cd/m², for which most of HDR10 is
 * made. Chromaticities in 0.00002, luminance in 0.0001 cd/m², light levels in cd/m².
 */
const USUAL_MASTERING = {
  RedPrimaryX: 34_000,
  RedPrimaryY: 16_000,
  GreenPrimaryX: 13_250,
  GreenPrimaryY: 34_500,
  BluePrimaryX: 7_500,
  BluePrimaryY: 3_000,
  WhitePointX: 15_635,
  WhitePointY: 16_450,
  MaxLuminance: 10_000_000,
  MinLuminance: 50,
  MaxContentLightLevel: 1_000,
  MaxFrameAverageLightLevel: 400,
};

/** FFmpeg's names of the Display P3 and the cinema P3 primaries. */
const P3 = ['smpte432', 'smpte431'];

/**
 * The color settings of the input. MediaConvert reads color metadata itself; it is replaced where it is missing:
 * - PQ without the metadata of a mastering display:
 *   https://docs.aws.amazon.com/mediaconvert/latest/ug/replacing-inaccurate-or-missing-hdr-metadata.html
 * - HDR that the video stream does not say, but the container or a Dolby Vision configuration does.
 */
export function inputColorSettings(video: VideoTrack) {
  const kind = colorKind(video);
  const { transfer, primaries, masteringMetadata } = video.color ?? {};
  if (kind === 'pq' && !(masteringMetadata && transfer === 'smpte2084')) {
    return {
      ColorSpace: P3.includes(primaries ?? '') ? ('P3D65_HDR' as const) : ('HDR10' as const),
      ColorSpaceUsage: 'FORCE' as const,
      ...(!masteringMetadata && { Hdr10Metadata: USUAL_MASTERING }),
    };
  }
  if (kind === 'hlg' && transfer !== 'arib-std-b67') {
    return { ColorSpace: 'HLG_2020' as const, ColorSpaceUsage: 'FORCE' as const };
  }
  return {};
}

/**
 * The color corrector of every output, pictures included.
 * - H.264 with 8 bits cannot show HDR, so HDR becomes SDR in Rec. 709. For HDR10, AWS recommends the mapper VIBRANT;
 *   for HLG, MediaConvert always uses PRESERVE_DETAILS.
 * - Players take H.264 for limited range, whatever its metadata say. LIMITED_RANGE_SQUEEZE leaves limited sources
 *   unchanged.
 *
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/converting-the-color-space.html and the members of
 * https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html#jobs-model-colorcorrector
 */
export function colorCorrector(video: VideoTrack) {
  const kind = colorKind(video);
  const range = { SampleRangeConversion: 'LIMITED_RANGE_SQUEEZE' as const };
  if (kind === 'sdr') return range;
  const converted = { ...range, ColorSpaceConversion: 'FORCE_709' as const };
  if (kind === 'p3') return converted;
  const mapper = kind === 'pq' ? ('VIBRANT' as const) : ('PRESERVE_DETAILS' as const);
  return { ...converted, HdrToSdrToneMapper: mapper };
}

/** The base layer of Dolby Vision 8.1 is HDR10, that of 8.4 HLG, that of 8.2 SDR. */
function colorKind({ color }: VideoTrack): ColorKind {
  if (color === undefined) return 'sdr';
  if (color.hdr === 'pq' || color.hdr === 'hlg') return color.hdr;
  if (color.hdr === 'none') return P3.includes(color.primaries ?? '') ? 'p3' : 'sdr';
  if (color.transfer === 'smpte2084') return 'pq';
  if (color.transfer === 'arib-std-b67' || color.dolbyVisionProfile === '8.4') return 'hlg';
  return color.dolbyVisionProfile === '8.2' ? 'sdr' : 'pq';
}
