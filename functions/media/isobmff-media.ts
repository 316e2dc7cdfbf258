import type { MediaFacts } from '../../core/contract/media.ts';
import { DamagedMedia } from './damaged-media.ts';
import { openDemuxer } from './demuxer-source.ts';
import { fileTracks, withFrameRate } from './file-tracks.ts';
import {
  announcedDuration,
  defaultDurations,
  type FragmentRun,
  fragmentRuns,
  lastFragmentRuns,
} from './isobmff-fragments.ts';
import { type FileLayout, fileLayout } from './isobmff-layout.ts';
import { type MovieBoxes, movieBoxes } from './isobmff-movie.ts';
import { checkEncryption, checkReferences } from './isobmff-protection.ts';
import { frameRateOf, type TrackTiming, trackTiming, viewOf } from './isobmff-timing.ts';
import { maskedReader } from './masked-reader.ts';
import type { RangedReader } from './ranged-reader.ts';

interface Timing {
  readonly durationSeconds: number;
  readonly frameRate?: number;
}

/** An MP4 or MOV file: we read its boxes, mediabunny its codecs; samples are not read. */
export async function readIsobmff(
  reader: RangedReader,
  container: 'mp4' | 'mov',
): Promise<MediaFacts> {
  try {
    const layout = await fileLayout(reader);
    const movie = await movieBoxes(reader, layout.movie);
    const tracks: TrackTiming[] = [];
    for (const boxes of movie.tracks) {
      await checkReferences(reader, boxes);
      await checkEncryption(reader, boxes);
      tracks.push(await trackTiming(reader, boxes));
    }
    const facts = await describe(reader, layout, movie, container, tracks);
    const timing = await timingOf(reader, layout, movie, tracks);
    return {
      ...facts,
      durationSeconds: timing.durationSeconds,
      video: withFrameRate(facts.video, timing.frameRate),
    };
  } catch (error) {
    // A read beyond the end of a box that is too short for its content.
    if (!(error instanceof RangeError)) throw error;
    throw new DamagedMedia('structure', 'A box of the file is too short for what it has to hold.');
  }
}

async function describe(
  reader: RangedReader,
  layout: FileLayout,
  movie: MovieBoxes,
  container: 'mp4' | 'mov',
  tracks: readonly TrackTiming[],
) {
  // It would load the whole index of a fragmented file, which describes no track.
  const demuxer = openDemuxer(maskedReader(reader, movie.skipped, layout.movie.end));
  try {
    const facts = await fileTracks(demuxer, container);
    const { video, audio } = facts;
    const countOf = (handler: string) => tracks.filter((track) => track.handler === handler).length;
    if (video.length !== countOf('vide') || audio.length !== countOf('soun')) {
      throw new DamagedMedia('structure', 'A track does not say how it is encoded.');
    }
    return { ...facts, otherTracks: tracks.length - video.length - audio.length };
  } finally {
    demuxer.close();
  }
}

async function timingOf(
  reader: RangedReader,
  layout: FileLayout,
  movie: MovieBoxes,
  tracks: readonly TrackTiming[],
): Promise<Timing> {
  const shown = tracks.filter(({ handler }) => handler === 'vide' || handler === 'soun');
  const picture = shown.find(({ handler }) => handler === 'vide');
  const scale = await movieTimescale(reader, movie);
  const seconds = Math.max(0, ...shown.map((track) => shownSeconds(track, scale)));
  const fragmented = layout.firstFragment !== undefined;
  if (!fragmented) {
    if (picture && (picture.sampleCount === 0 || picture.duration === 0)) {
      throw new DamagedMedia('structure', 'The video track holds no picture.');
    }
    return { durationSeconds: seconds, ...rate(picture?.frameRate) };
  }
  return fragmentTiming(reader, layout, movie, shown, scale, seconds);
}

/** Duration by a header or an index, else by the last fragment; frame rate by the first fragment. */
async function fragmentTiming(
  reader: RangedReader,
  layout: FileLayout,
  movie: MovieBoxes,
  tracks: readonly TrackTiming[],
  movieScale: number,
  seconds: number,
): Promise<Timing> {
  const { firstFragment } = layout;
  const defaults = await defaultDurations(reader, movie.extends);
  const first = firstFragment ? await fragmentRuns(reader, firstFragment, defaults) : [];
  const picture = tracks.find(({ handler }) => handler === 'vide');
  const run = first.find(({ trackId }) => trackId === picture?.trackId);
  const frameRate =
    run && picture
      ? frameRateOf(run.samples, run.duration, picture.timescale).frameRate
      : undefined;
  const announced = await announcedDuration(reader, layout, movie.extends, movieScale);
  const durationSeconds =
    announced ??
    Math.max(seconds, lastEnd(await lastFragmentRuns(reader, defaults), first, tracks));
  if (!(durationSeconds > 0)) {
    throw new DamagedMedia('structure', 'The file does not specify its duration.');
  }
  return { durationSeconds, ...rate(frameRate) };
}

/** A trimmed start may hide a little of the media; edits that hide most of it are ignored. */
const MAX_HIDDEN = { share: 0.5, seconds: 10 } as const;

/** What is shown after edits: what a transcoder writes. */
function shownSeconds(track: TrackTiming, movieScale: number): number {
  const media = track.duration / track.timescale;
  const shown = movieScale > 0 ? track.shownDuration / movieScale : 0;
  const believable = shown > 0 && media - shown <= MAX_HIDDEN.seconds + media * MAX_HIDDEN.share;
  return believable ? shown : media;
}

/** Seconds from the first fragment's start to the end of the last one, over all tracks. */
function lastEnd(
  last: readonly FragmentRun[],
  first: readonly FragmentRun[],
  tracks: readonly TrackTiming[],
): number {
  const ends = last.flatMap((run) => {
    const track = tracks.find(({ trackId }) => trackId === run.trackId);
    const start = first.find(({ trackId }) => trackId === run.trackId)?.start ?? 0;
    return track ? [(run.start - start + run.duration) / track.timescale] : [];
  });
  return Math.max(0, ...ends);
}

async function movieTimescale(reader: RangedReader, movie: MovieBoxes): Promise<number> {
  const { header } = movie;
  if (!header) return 0;
  const view = viewOf(await reader.read(header.content, header.end));
  return view.getUint32(view.getUint8(0) === 1 ? 20 : 12);
}

function rate(frameRate: number | undefined): { frameRate?: number } {
  return frameRate === undefined ? {} : { frameRate };
}
