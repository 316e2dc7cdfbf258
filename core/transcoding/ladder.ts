import type { VideoTrack } from '../contract/media.ts';

type Shown = Pick<VideoTrack, 'displayWidth' | 'displayHeight'>;

/** One rendition: what it measures as shown, with square pixels, and what it may cost. */
export interface Rung {
  /** Names the rendition's files: `720p`, by the shorter side. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Bits a second at most. */
  readonly maxBitrate: number;
  /** MediaConvert's QVBR level, 1 to 10. */
  readonly quality: number;
}

/**
 * Shorter sides, bitrates and levels, as AWS's own solution sets them:
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

/** Below 270 lines a smaller copy of a larger video helps nobody: a small video gets one rendition. */
const MIN_STEP = 270;

/**
 * H.264's largest picture in MediaConvert, lying or standing:
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/supported-output-resolution-maximums-by-codec.html
 */
const MAX_SIDE = 4096;
const SHORTEST_OF_LARGEST = 2160;

/** The first rendition has the source's own size; a step stands below it only if it is this much smaller. */
const WORTH_A_STEP = 1.15;

const MIN_QUALITY = 7;

/** QVBR needs room for a hard cut, however small the picture. */
const MIN_BITRATE = 150_000;

/** MediaConvert counts on 30 pictures a second here; more cost more, but not in proportion. */
const USUAL_FRAME_RATE = 30;

/**
 * The renditions of a video, largest first: never larger than the source, of its aspect as shown (rotation
 * and pixel aspect ratio applied), of even sides, each one smaller than the one before.
 */
export function ladderOf(track: Shown & Pick<VideoTrack, 'frameRate'>): Rung[] {
  const short = Math.min(track.displayWidth, track.displayHeight);
  const long = Math.max(track.displayWidth, track.displayHeight);
  // Rounded down to even, so that the longer side, found from this one, stays within its limit.
  const widest = 2 * Math.max(1, Math.floor((MAX_SIDE * short) / long / 2));
  const largest = Math.min(short, SHORTEST_OF_LARGEST, widest);
  const smaller = STANDARD.map((step) => step.side).filter(
    (side) => side >= MIN_STEP && side * WORTH_A_STEP <= largest,
  );
  return [largest, ...smaller].map((side) => {
    const size = sizeAt(track, side);
    return {
      name: `${Math.min(size.width, size.height)}p`,
      ...size,
      maxBitrate: bitrateOf(size.width * size.height, track.frameRate ?? USUAL_FRAME_RATE),
      quality: STANDARD.find((step) => step.side <= side)?.quality ?? MIN_QUALITY,
    };
  });
}

/** A track's picture with its shorter side brought down to `side`: of its aspect, even, never larger. */
export function sizeAt(track: Shown, side: number): { width: number; height: number } {
  const { displayWidth, displayHeight } = track;
  const scale = Math.min(1, side / Math.min(displayWidth, displayHeight));
  const height = even(displayHeight * scale, displayHeight);
  // MediaConvert is given the height and finds the width in the same way.
  return { width: even((height * displayWidth) / displayHeight, displayWidth), height };
}

/** The nearest even number within the source and H.264; 2 at least, since 4:2:0 has no single pixel. */
function even(length: number, source: number): number {
  const most = Math.min(MAX_SIDE, 2 * Math.floor(source / 2));
  return Math.max(2, Math.min(most, 2 * Math.round(length / 2)));
}

/** Between the steps in proportion to the pixels; below the last and above the first likewise. */
function bitrateOf(pixels: number, frameRate: number): number {
  const above = STANDARD.findLast((step) => step.pixels >= pixels) ?? STANDARD[0];
  const below = STANDARD.find((step) => step.pixels < pixels);
  const from = below ?? { pixels: 0, bitrate: 0 };
  const share =
    above.pixels === from.pixels ? 1 : (pixels - from.pixels) / (above.pixels - from.pixels);
  const usual = from.bitrate + share * (above.bitrate - from.bitrate);
  const faster = Math.sqrt(Math.min(4, Math.max(1, frameRate / USUAL_FRAME_RATE)));
  return Math.max(MIN_BITRATE, Math.round((usual * faster) / 1_000) * 1_000);
}
