import type { MediaReasonCode } from '../../core/contract/reasons.ts';
import type { InspectedFile } from '../inspect/inspect-file.ts';
import type { FfmpegFacts } from './ffmpeg-facts.ts';

/** How the inspector's result relates to FFmpeg's. */
export type Kind =
  | 'agrees'
  /** FFmpeg decodes it, and the policy does not accept such videos. */
  | 'refused by policy'
  /** FFmpeg decodes no picture, and the inspector refuses the file. */
  | 'no video'
  | 'refused, but FFmpeg decodes it'
  | 'accepted, but FFmpeg decodes no picture'
  | 'length unknown'
  | 'length'
  | 'height'
  | 'sound';

export interface Comparison {
  readonly kind: Kind;
  /** What differs, or the reason of a refusal. */
  readonly what: string;
}

const MAX_SECONDS = 1;
const MAX_SHARE = 0.03;
const MAX_LINES = 16;

/** These say that the file cannot be read; every other reason is a rule of the policy. */
const UNREADABLE: ReadonlySet<MediaReasonCode> = new Set([
  'media_damaged',
  'media_too_complex',
  'not_a_video',
  'audio_only',
  'playlist_not_video',
  'empty_file',
]);

const AGREEING: ReadonlySet<Kind> = new Set(['agrees']);
/** Kinds that say nothing about the inspector's facts. */
const NEUTRAL: ReadonlySet<Kind> = new Set(['refused by policy', 'no video']);

export function isDifference({ kind }: Comparison): boolean {
  return !AGREEING.has(kind) && !NEUTRAL.has(kind);
}

export function compareFacts(ours: InspectedFile, ffmpeg: FfmpegFacts): Comparison {
  const { reason, media } = ours;
  if (!ffmpeg.decodes) {
    return media
      ? { kind: 'accepted, but FFmpeg decodes no picture', what: ffmpeg.why }
      : { kind: 'no video', what: reason?.code ?? '' };
  }
  if (!media) {
    const what = [reason?.code, reason?.detail].filter(Boolean).join(': ');
    const unreadable = reason === undefined || UNREADABLE.has(reason.code);
    return { kind: unreadable ? 'refused, but FFmpeg decodes it' : 'refused by policy', what };
  }
  const { measuredSeconds, statedSeconds } = ffmpeg;
  const seconds = media.durationSeconds;
  if (media.durationSource === 'unknown') {
    return { kind: 'length unknown', what: `FFmpeg measures ${round(measuredSeconds)} s` };
  }
  const lengths =
    statedSeconds === undefined ? [measuredSeconds] : [measuredSeconds, statedSeconds];
  if (!lengths.some((length) => isNear(seconds, length))) {
    const found = lengths.map((length) => `${round(length)} s`).join(' or ');
    return { kind: 'length', what: `${round(seconds)} s; FFmpeg ${found}` };
  }
  const height = media.video[0]?.codedHeight ?? 0;
  if (Math.abs(height - ffmpeg.height) > MAX_LINES) {
    return { kind: 'height', what: `${height} lines; FFmpeg ${ffmpeg.height}` };
  }
  const sound = media.audio.length > 0;
  if (sound !== ffmpeg.sound) {
    return { kind: 'sound', what: sound ? 'FFmpeg hears none' : 'FFmpeg hears some' };
  }
  return { kind: 'agrees', what: '' };
}

function isNear(seconds: number, expected: number): boolean {
  return Math.abs(seconds - expected) <= Math.max(MAX_SECONDS, MAX_SHARE * expected);
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
