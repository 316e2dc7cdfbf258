import type { MediaFacts } from '../contract/media.ts';

/** What was made, in seconds. */
export interface MadeLengths {
  readonly hls: number;
  readonly dash: number;
  /** The longest output by MediaConvert's own report; absent if the job is found again later. */
  readonly job?: number | undefined;
}

/** Edit lists, priming samples and a short last frame change the duration a little; truncation changes it more. */
const TOLERANCE_SECONDS = 1;
const TOLERANCE_SHARE = 0.03;
/** An estimate from the bit rate is no measure, but half a video is missed. */
const ESTIMATE_SHARE = 0.4;

/**
 * Whether the outputs agree with each other and nothing of the source is lost; undefined if so. Longer than the
 * inspection said is no loss: what was made is the truth.
 */
export function lengthProblem(
  source: Pick<MediaFacts, 'durationSeconds' | 'durationSource'>,
  made: MadeLengths,
): string | undefined {
  const { hls } = made;
  if (!(hls > 0)) return `The HLS manifest has ${seconds(hls)}.`;
  const others = { 'DASH manifest': made.dash, 'report of the job': made.job };
  for (const [name, length] of Object.entries(others)) {
    if (length !== undefined && !(Math.abs(length - hls) <= tolerance(hls, TOLERANCE_SHARE))) {
      return `The HLS manifest has ${seconds(hls)}, the ${name} ${seconds(length)}.`;
    }
  }
  const { durationSeconds, durationSource = 'measured' } = source;
  if (durationSource === 'unknown') return undefined;
  const share = durationSource === 'measured' ? TOLERANCE_SHARE : ESTIMATE_SHARE;
  if (hls >= durationSeconds - tolerance(durationSeconds, share)) return undefined;
  return `The source has ${seconds(durationSeconds)}, the outputs have ${seconds(hls)}.`;
}

function tolerance(length: number, share: number): number {
  // Exactly at the limit, 100 - 0.03 * 100 is not 97 in binary fractions.
  return Math.max(TOLERANCE_SECONDS, length * share) + 1e-6;
}

function seconds(value: number): string {
  return `${Math.round(value * 100) / 100} s`;
}
