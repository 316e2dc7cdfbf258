import type { VideoTrack } from '../contract/media.ts';
import { outputFrameRate } from './frame-rate.ts';

type DisplaySize = Pick<VideoTrack, 'displayWidth' | 'displayHeight'>;

/** One rendition: its size in square pixels, its bitrate and its quality. */
export interface Rung {
  /** Part of the file names of the rendition, from its shorter side: `720p`. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Maximum bits per second. */
  readonly maxBitrate: number;
  /** The QVBR quality level of MediaConvert, 1 to 10. */
  readonly quality: number;
}

/**
 * Shorter sides, bitrates and quality levels of the AWS solution Video on Demand on AWS:
 * https://docs.aws.amazon.com/solutions/latest/video-on-demand-on-aws/mediaconvert-templates.html
 */
const STANDARD = [
  { side: 2160, pixels: 3840 * 2160, bitrate: 15_000_000, quality: 9 },
  { side: 1080, pixels: 1920 * 1080, bitrate: 8_500_000, quality: 8 },
  { side: 720, pixels: 1280 * 720, bitrate: 6_000_000, quality: 8 },
  { side: 540, pixels: 960 * 540, bitrate: 3_500_000, quality: 7 },
  { side: 360, pixels: 640 * 360, bitrate: 1_500_000, quality: 7 },
  { side: 270, pixels: 480 * 270, bitrate: 400_000, quality: 7 },
] as const;

/** No rendition smaller than this is added. A smaller source has one rendition of its own size. */
const MIN_STEP = 270;

/**
 * The largest H.264 picture in MediaConvert, landscape or portrait:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/supported-output-resolution-maximums-by-codec.html
 */
const MAX_SIDE = 4096;
const MAX_SHORT_SIDE = 2160;

/** The first rendition has the size of the source. A step is added if it is smaller by at least this factor. */
const MIN_STEP_FACTOR = 1.15;

const MIN_QUALITY = 7;

/** Bits per second. A scene change needs this much even in a small picture. */
const MIN_BITRATE = 150_000;

/** The bitrates above are for 30 frames per second. Higher rates need more, but not in proportion. */
const REFERENCE_FRAME_RATE = 30;

/**
 * Returns the renditions of a video, largest first. None is larger than the source, all have its display aspect ratio
 * (after rotation and pixel aspect ratio) and even sides, and each one is smaller than the previous one.
 */
export function ladderOf(track: DisplaySize & Pick<VideoTrack, 'frameRate'>): Rung[] {
  const short = Math.min(track.displayWidth, track.displayHeight);
  const long = Math.max(track.displayWidth, track.displayHeight);
  // Rounded down to even, so that the longer side, computed from this one, does not exceed its limit.
  const widest = 2 * Math.max(1, Math.floor((MAX_SIDE * short) / long / 2));
  const largest = Math.min(short, MAX_SHORT_SIDE, widest);
  const smaller = STANDARD.map((step) => step.side).filter(
    (side) => side >= MIN_STEP && side * MIN_STEP_FACTOR <= largest,
  );
  return [largest, ...smaller].map((side) => {
    const size = sizeAt(track, side);
    return {
      name: `${Math.min(size.width, size.height)}p`,
      ...size,
      maxBitrate: bitrateOf(
        size.width * size.height,
        outputFrameRate(track.frameRate) ?? REFERENCE_FRAME_RATE,
      ),
      quality: STANDARD.find((step) => step.side <= side)?.quality ?? MIN_QUALITY,
    };
  });
}

/** The size of a track scaled down so that its shorter side is `side`. Both sides are even and not larger. */
export function sizeAt(track: DisplaySize, side: number): { width: number; height: number } {
  const { displayWidth, displayHeight } = track;
  const scale = Math.min(1, side / Math.min(displayWidth, displayHeight));
  const height = even(displayHeight * scale, displayHeight);
  // MediaConvert receives the height and computes the width in the same way.
  return { width: even((height * displayWidth) / displayHeight, displayWidth), height };
}

/** The nearest even number within the limits of the source and H.264; at least 2, as 4:2:0 chroma requires. */
function even(length: number, source: number): number {
  const most = Math.min(MAX_SIDE, 2 * Math.floor(source / 2));
  return Math.max(2, Math.min(most, 2 * Math.round(length / 2)));
}

/** Interpolates linearly by pixels between the steps, and extrapolates outside them. */
function bitrateOf(pixels: number, frameRate: number): number {
  const above = STANDARD.findLast((step) => step.pixels >= pixels) ?? STANDARD[0];
  const below = STANDARD.find((step) => step.pixels < pixels);
  const from = below ?? { pixels: 0, bitrate: 0 };
  const share =
    above.pixels === from.pixels ? 1 : (pixels - from.pixels) / (above.pixels - from.pixels);
  const usual = from.bitrate + share * (above.bitrate - from.bitrate);
  const faster = Math.sqrt(Math.max(1, frameRate / REFERENCE_FRAME_RATE));
  return Math.max(MIN_BITRATE, Math.round((usual * faster) / 1_000) * 1_000);
}
