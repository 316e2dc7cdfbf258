import type { Frame, Stream } from 'node-av/lib';
import type { VideoSelector } from '../settings/input-settings.ts';
import type { VideoPreprocessors } from '../settings/video-settings.ts';
import type { ColourMapping, Gamut, Transfer } from './tone-curve.ts';

type ColourCorrector = VideoPreprocessors['colorCorrector'];

/** The colour description of a picture, in the code points of ITU-T H.273, which FFmpeg also uses. */
export interface Colour {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  /** Whether luma uses all values instead of 16 to 235 (of 8 bits). */
  readonly fullRange: boolean;
}

export const UNSPECIFIED = 2;
export const RGB_MATRIX = 0;
const BT709 = 1;
const FULL_RANGE = 2;
const PQ = 16;
const HLG = 18;
const BT2020_NCL = 9;
const DISPLAY_P3 = 12;
const SRGB = 13;
const BT601_525 = 6;

/** What the values of `colorSpace` stand for: the documentation of ColorSpace in the AWS SDK. */
const DECLARED: Readonly<Record<string, Omit<Colour, 'fullRange'>>> = {
  REC_601: { primaries: BT601_525, transfer: BT601_525, matrix: BT601_525 },
  REC_709: { primaries: BT709, transfer: BT709, matrix: BT709 },
  HDR10: { primaries: BT2020_NCL, transfer: PQ, matrix: BT2020_NCL },
  HLG_2020: { primaries: BT2020_NCL, transfer: HLG, matrix: BT2020_NCL },
  P3D65_SDR: { primaries: DISPLAY_P3, transfer: SRGB, matrix: BT709 },
  P3D65_HDR: { primaries: DISPLAY_P3, transfer: PQ, matrix: BT709 },
};

/** PQ without a mastering display in the settings: the luminance that most of it is mastered for. */
const USUAL_PEAK = 1000;

/**
 * The colour of a decoded picture: that of the bitstream, then that of the container. `colorSpace` of the selector
 * replaces both (FORCE) or is used without them (FALLBACK); `sampleRange` replaces the range.
 */
export function colourOf(
  frame: Pick<Frame, 'colorPrimaries' | 'colorTrc' | 'colorSpace' | 'colorRange'>,
  { codecpar }: Stream,
  selector: VideoSelector = {},
): Colour {
  const known = (first: number, second: number) =>
    first === UNSPECIFIED || first === 0 ? second || UNSPECIFIED : first;
  const range = frame.colorRange || codecpar.colorRange;
  const file = {
    primaries: known(frame.colorPrimaries, codecpar.colorPrimaries),
    transfer: known(frame.colorTrc, codecpar.colorTrc),
    // 0 is RGB here, not "reserved".
    matrix: frame.colorSpace === UNSPECIFIED ? codecpar.colorSpace : frame.colorSpace,
  };
  const { colorSpace = 'FOLLOW', colorSpaceUsage, sampleRange = 'FOLLOW' } = selector;
  const untagged = Object.values(file).every((value) => value === UNSPECIFIED);
  const declared = colorSpaceUsage === 'FORCE' || untagged ? DECLARED[colorSpace] : undefined;
  const fullRange = sampleRange === 'FOLLOW' ? range === FULL_RANGE : sampleRange === 'FULL_RANGE';
  return { ...(declared ?? file), fullRange };
}

/**
 * The mapping to Rec. 709 that a colour corrector asks for; undefined if the pixels keep their colours, also for
 * SDR without any description, since nothing says what it would be converted from.
 */
export function mappingTo709(
  colour: Colour,
  corrector: ColourCorrector,
  selector: VideoSelector = {},
): ColourMapping | undefined {
  if (corrector?.colorSpaceConversion !== 'FORCE_709') return undefined;
  const transfer: Transfer =
    colour.transfer === PQ ? 'pq' : colour.transfer === HLG ? 'hlg' : 'sdr';
  const gamut = gamutOf(colour) ?? (transfer === 'sdr' ? '709' : '2020');
  if (transfer === 'sdr' && gamut === '709') return undefined;
  const { maxLuminance } = selector.hdr10Metadata ?? {};
  const peak = maxLuminance ? maxLuminance / 10_000 : USUAL_PEAK;
  return { transfer, gamut, peak, mapper: corrector.hdrToSdrToneMapper ?? 'PRESERVE_DETAILS' };
}

function gamutOf({ primaries }: Colour): Gamut | undefined {
  const gamuts: Readonly<Record<number, Gamut>> = {
    1: '709',
    5: '601-625',
    6: '601-525',
    7: '601-525',
    9: '2020',
    11: 'p3',
    12: 'p3',
  };
  return gamuts[primaries];
}

/** The colour of an output picture, before a JPEG makes its range full. */
export function outputColour(colour: Colour, corrector: ColourCorrector, mapped: boolean): Colour {
  const squeezed = mapped || corrector?.sampleRangeConversion === 'LIMITED_RANGE_SQUEEZE';
  const fullRange = colour.fullRange && !squeezed;
  const converted = corrector?.colorSpaceConversion === 'FORCE_709' || colour.matrix === RGB_MATRIX;
  return converted
    ? { primaries: BT709, transfer: BT709, matrix: BT709, fullRange }
    : { ...colour, fullRange };
}
