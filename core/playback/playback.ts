import type { MediaFacts } from '../contract/media.ts';
import type { FaultReasonCode, GivenReason } from '../contract/reasons.ts';
import type { Playback, Rendition } from '../contract/upload.ts';
import { ladderOf, type Rung } from '../transcoding/ladder.ts';
import { outputPrefix } from '../uploads/object-keys.ts';

/** What a finished job must have left in the output bucket: keys, and the renditions behind them. */
export interface ExpectedOutputs {
  readonly hls: string;
  readonly dash: string;
  /** Keys of the images begin so; they end in a number of seven digits and `.jpg`. */
  readonly posterPrefix: string;
  readonly storyboardPrefix: string;
  readonly renditions: readonly Rung[];
  readonly hasSound: boolean;
  readonly durationSeconds: number;
}

/** What stands there, as read. `hls` and `dash` are absent where the manifest does not parse. */
export interface FoundOutputs {
  /** All keys below `videos/{uploadId}/`. */
  readonly keys: readonly string[];
  readonly hls?: FoundHls;
  readonly dash?: { readonly durationSeconds: number; readonly videoRepresentations: number };
}

export interface FoundHls {
  readonly variants: readonly (Rendition & FoundPlaylist)[];
  readonly audio: readonly FoundPlaylist[];
}

/** One media playlist: keys of its segments (initialization included) and their length together. */
export interface FoundPlaylist {
  readonly segments: readonly string[];
  readonly durationSeconds: number;
}

export type PlaybackVerdict =
  | { readonly verdict: 'playable'; readonly playback: Playback }
  | { readonly verdict: 'broken'; readonly reason: GivenReason<FaultReasonCode> };

/** MediaConvert rounds a side to even pixels in its own way. */
const ROUNDING_PIXELS = 2;

/** Edit lists, priming samples and a last short frame move the end; a truncated video misses more. */
const DURATION_TOLERANCE_SECONDS = 1;
const DURATION_TOLERANCE_SHARE = 0.03;

/** What the job of `transcodeJob` writes for these facts. */
export function expectedOutputs(uploadId: string, facts: MediaFacts): ExpectedOutputs {
  const prefix = outputPrefix(uploadId);
  const [video] = facts.video;
  return {
    hls: `${prefix}index.m3u8`,
    dash: `${prefix}index.mpd`,
    posterPrefix: `${prefix}poster.`,
    storyboardPrefix: `${prefix}storyboard.`,
    renditions: video ? ladderOf(video) : [],
    hasSound: facts.audio.length > 0,
    durationSeconds: facts.durationSeconds,
  };
}

/** Whether what was found is whole and of the right length; if so, what a record's `playback` is. */
export function judgePlayback(expected: ExpectedOutputs, found: FoundOutputs): PlaybackVerdict {
  const keys = new Set(found.keys);
  const images = (prefix: string) => found.keys.filter((key) => key.startsWith(prefix)).sort();
  const storyboard = images(expected.storyboardPrefix);
  // The first image is the video's first, which is black in a film that fades in.
  const poster = images(expected.posterPrefix).at(-1);
  const missing = [expected.hls, expected.dash].filter((key) => !keys.has(key));
  if (storyboard.length === 0) missing.push(`${expected.storyboardPrefix}0000000.jpg`);
  if (poster === undefined) missing.push(`${expected.posterPrefix}0000000.jpg`);
  if (poster === undefined || missing.length > 0)
    return broken('outputs_missing', `Not there: ${missing.join(', ')}.`);

  const { hls, dash } = found;
  if (hls === undefined) return broken('outputs_invalid', 'The HLS manifest does not parse.');
  if (dash === undefined) return broken('outputs_invalid', 'The DASH manifest does not parse.');
  const wrong = renditionProblem(expected, hls, dash.videoRepresentations);
  if (wrong) return broken('outputs_invalid', wrong);

  const playlists = [...hls.variants, ...hls.audio];
  const segments = playlists.flatMap((playlist) => playlist.segments);
  const lost = segments.filter((key) => !keys.has(key));
  if (lost.length > 0) {
    return broken(
      'outputs_missing',
      `${lost.length} of ${segments.length} segments, first ${lost[0]}.`,
    );
  }
  const longest = Math.max(...playlists.map((playlist) => playlist.durationSeconds));
  const tolerance = Math.max(
    DURATION_TOLERANCE_SECONDS,
    expected.durationSeconds * DURATION_TOLERANCE_SHARE,
  );
  const lengths = [longest, dash.durationSeconds];
  const [off] = lengths.filter((s) => !(Math.abs(s - expected.durationSeconds) <= tolerance));
  if (off !== undefined) {
    const detail = `The source has ${seconds(expected.durationSeconds)}, the outputs ${seconds(off)}.`;
    return broken('duration_differs', detail);
  }
  const renditions = hls.variants.map(({ width, height, bandwidth, codecs }) => ({
    width,
    height,
    bandwidth,
    ...(codecs !== undefined && { codecs }),
  }));
  const { hls: hlsKey, dash: dashKey } = expected;
  return {
    verdict: 'playable',
    playback: {
      hls: hlsKey,
      dash: dashKey,
      poster,
      storyboard,
      durationSeconds: longest,
      renditions,
    },
  };
}

function renditionProblem(
  expected: ExpectedOutputs,
  hls: FoundHls,
  representations: number,
): string | undefined {
  const wanted = expected.renditions;
  if (hls.variants.length !== wanted.length || representations !== wanted.length) {
    return `${wanted.length} renditions were asked for; HLS has ${hls.variants.length}, DASH ${representations}.`;
  }
  const absent = wanted.find(
    ({ width, height }) =>
      !hls.variants.some(
        (variant) =>
          Math.abs(variant.width - width) <= ROUNDING_PIXELS &&
          Math.abs(variant.height - height) <= ROUNDING_PIXELS,
      ),
  );
  if (absent) {
    const there = hls.variants.map(({ width, height }) => `${width}x${height}`).join(', ');
    return `${absent.width}x${absent.height} was asked for; HLS has ${there}.`;
  }
  if (expected.hasSound && hls.audio.length === 0) return 'The HLS manifest has no sound.';
  const empty = [...hls.variants, ...hls.audio].some((playlist) => playlist.segments.length === 0);
  return empty ? 'A media playlist has no segments.' : undefined;
}

function broken(code: FaultReasonCode, detail: string): PlaybackVerdict {
  return { verdict: 'broken', reason: { code, detail } };
}

function seconds(value: number): string {
  return `${Math.round(value * 100) / 100} s`;
}
