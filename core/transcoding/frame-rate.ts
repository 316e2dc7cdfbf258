/**
 * The highest frame rate of an output. More is not visible in most players, costs more (MediaConvert's prices have steps
 * at 30 and 60), and 4096x2160 at more than 60 is outside of every H.264 level that MediaConvert has.
 * https://aws.amazon.com/mediaconvert/pricing/
 */
export const MAX_FRAME_RATE = 60;

/** A source this much above a multiple of 60 loses single frames instead of half of them: 60.2 is 60. */
const TOLERANCE = 0.05;

/** Frames per second as a fraction, as MediaConvert takes them. */
export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

/** Rates that have a name. A measured rate within a thousandth is meant to be one of them. */
const STANDARD: readonly FrameRate[] = [
  { numerator: 24_000, denominator: 1001 },
  { numerator: 24, denominator: 1 },
  { numerator: 25, denominator: 1 },
  { numerator: 30_000, denominator: 1001 },
  { numerator: 30, denominator: 1 },
  { numerator: 48, denominator: 1 },
  { numerator: 50, denominator: 1 },
  { numerator: 60_000, denominator: 1001 },
  { numerator: 60, denominator: 1 },
];
const NEAR = 0.0005;

/**
 * The rate to convert a source to; undefined if the output follows the source. The target divides the source's rate
 * by a whole number where possible, so that frames are dropped evenly: 120 and 240 become 60, 100 becomes 50.
 *
 * @param frameRate frames per second; undefined if the file does not state it
 */
export function reducedFrameRate(frameRate: number | undefined): FrameRate | undefined {
  if (frameRate === undefined || frameRate <= MAX_FRAME_RATE) return undefined;
  const every = Math.max(1, Math.ceil(frameRate / MAX_FRAME_RATE - TOLERANCE));
  const wanted = Math.min(MAX_FRAME_RATE, frameRate / every);
  const standard = STANDARD.find(
    ({ numerator, denominator }) => Math.abs(wanted / (numerator / denominator) - 1) < NEAR,
  );
  return standard ?? { numerator: Math.round(wanted * 1000), denominator: 1000 };
}

/** Frames per second of the outputs; undefined if the file does not state them. */
export function outputFrameRate(frameRate: number | undefined): number | undefined {
  const reduced = reducedFrameRate(frameRate);
  return reduced === undefined ? frameRate : reduced.numerator / reduced.denominator;
}
