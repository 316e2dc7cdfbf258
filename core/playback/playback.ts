import type { MediaFacts } from '../contract/media.ts';
import type { FailureReasonCode, GivenReason } from '../contract/reasons.ts';
import type { Rendition } from '../contract/upload.ts';
import { ladderOf, type Rung } from '../transcoding/ladder.ts';
import { outputPrefix } from '../uploads/object-keys.ts';
import type { Playback } from '../uploads/records.ts';
import { lengthProblem } from './output-length.ts';

/** The keys and renditions that a complete job has written to the output bucket. */
export interface ExpectedOutputs {
  readonly hls: string;
  readonly dash: string;
  /** The keys of the images: this prefix, seven digits, `.jpg`. */
  readonly posterPrefix: string;
  readonly storyboardPrefix: string;
  readonly renditions: readonly Rung[];
  readonly hasSound: boolean;
  /** Of the source. */
  readonly durationSeconds: number;
  readonly durationSource?: MediaFacts['durationSource'];
}

/** The content of the output bucket. `hls` and `dash` are absent if the manifest does not parse. */
export interface FoundOutputs {
  /** All keys below `videos/{uploadId}/`. */
  readonly keys: readonly string[];
  readonly hls?: FoundHls;
  /** The longest output by the report of the job. */
  readonly jobSeconds?: number | undefined;
  readonly dash?: { readonly durationSeconds: number; readonly videoRepresentations: number };
}

export interface FoundHls {
  readonly variants: readonly (Rendition & FoundPlaylist)[];
  readonly audio: readonly FoundPlaylist[];
}

/** One media playlist: the keys of its segments, including initialization segments, and their total duration. */
export interface FoundPlaylist {
  readonly segments: readonly string[];
  readonly durationSeconds: number;
}

export type OutputCheck =
  | { readonly outcome: 'playable'; readonly playback: Playback }
  | { readonly outcome: 'broken'; readonly reason: GivenReason<FailureReasonCode> };

/** MediaConvert may round a side to a different even number. */
const ROUNDING_PIXELS = 2;

/** The outputs of the job that `transcodeJob` describes for these facts. */
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
    ...(facts.durationSource && { durationSource: facts.durationSource }),
  };
}

/** Checks that the outputs are complete and have the expected duration. Returns the `playback` of the record. */
export function checkOutputs(expected: ExpectedOutputs, found: FoundOutputs): OutputCheck {
  const keys = new Set(found.keys);
  const images = (prefix: string) => found.keys.filter((key) => key.startsWith(prefix)).sort();
  const storyboard = images(expected.storyboardPrefix);
  // The first image shows the first frame, which is often black.
  const poster = images(expected.posterPrefix).at(-1);
  const missing = [expected.hls, expected.dash].filter((key) => !keys.has(key));
  if (storyboard.length === 0) missing.push(`${expected.storyboardPrefix}0000000.jpg`);
  if (poster === undefined) missing.push(`${expected.posterPrefix}0000000.jpg`);
  if (poster === undefined || missing.length > 0)
    return broken('outputs_missing', `Missing: ${missing.join(', ')}.`);

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
      `${lost.length} of ${segments.length} segments are missing, first ${lost[0]}.`,
    );
  }
  const longest = Math.max(...playlists.map((playlist) => playlist.durationSeconds));
  const made = { hls: longest, dash: dash.durationSeconds, job: found.jobSeconds };
  const length = lengthProblem(expected, made);
  if (length) return broken('duration_differs', length);
  const renditions = hls.variants.map(({ width, height, bandwidth, codecs }) => ({
    width,
    height,
    bandwidth,
    ...(codecs !== undefined && { codecs }),
  }));
  const { hls: hlsKey, dash: dashKey } = expected;
  return {
    outcome: 'playable',
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
    return `Expected ${wanted.length} renditions; HLS has ${hls.variants.length}, DASH has ${representations}.`;
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
    return `Expected a rendition of ${absent.width}x${absent.height}; HLS has ${there}.`;
  }
  if (expected.hasSound && hls.audio.length === 0) return 'The HLS manifest has no sound.';
  const empty = [...hls.variants, ...hls.audio].some((playlist) => playlist.segments.length === 0);
  return empty ? 'A media playlist has no segments.' : undefined;
}

function broken(code: FailureReasonCode, detail: string): OutputCheck {
  return { outcome: 'broken', reason: { code, detail } };
}
