import type { MediaFacts } from '../../core/contract/media.ts';
import { picturesInOrder, soundsInOrder } from '../../core/media/main-tracks.ts';
import { DamagedMedia } from './damaged-media.ts';
import { type DescribedTrack, describedTracks, listed } from './described-tracks.ts';
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
import { describeMedia } from './mediainfo.ts';
import type { RangedReader } from './ranged-reader.ts';

interface Timing {
  readonly durationSeconds: number;
  readonly frameRate?: number;
}

/** An MP4 or MOV file: we read its boxes, MediaInfo what they say of pictures and sound; samples are not read. */
export async function readIsobmff(
  reader: RangedReader,
  container: 'mp4' | 'mov',
): Promise<MediaFacts> {
  try {
    const layout = await fileLayout(reader);
    const movie = await movieBoxes(reader, layout.movie);
    const timings: TrackTiming[] = [];
    for (const boxes of movie.tracks) {
      await checkReferences(reader, boxes);
      await checkEncryption(reader, boxes);
      timings.push(await trackTiming(reader, boxes));
    }
    const scale = await movieTimescale(reader, movie);
    const fragmented = layout.firstFragment !== undefined;
    const hints = new Map(
      timings.map((timing) => [String(timing.trackId), hintsOf(timing, scale, fragmented)]),
    );
    // MediaInfo would load all sample tables, and describe the track by its first samples.
    const described = await describeMedia(
      maskedReader(reader, [...layout.before, ...movie.skipped], layout.movie.end),
    );
    const tracks = describedTracks(described, (track) => hints.get(track.ID ?? '') ?? {});
    const countOf = (handler: string) =>
      timings.filter((timing) => timing.handler === handler).length;
    if (tracks.video.length !== countOf('vide') || tracks.audio.length !== countOf('soun')) {
      throw new DamagedMedia('structure', 'A track does not say how it is encoded.');
    }
    const video = picturesInOrder(tracks.video);
    const audio = soundsInOrder(tracks.audio);
    const timing = await timingOf(reader, layout, movie, timings, [...video, ...audio], scale);
    return {
      container,
      durationSeconds: timing.durationSeconds,
      durationSource: 'measured',
      video: listed(video, timing.frameRate),
      audio: listed(audio),
      otherTracks: timings.length - video.length - audio.length,
    };
  } catch (error) {
    // A read beyond the end of a box that is too short for its content.
    if (!(error instanceof RangeError)) throw error;
    throw new DamagedMedia('structure', 'A box of the file is too short for what it has to hold.');
  }
}

function hintsOf(timing: TrackTiming, movieScale: number, fragmented: boolean) {
  return {
    enabled: timing.enabled,
    durationSeconds: shownSeconds(timing, movieScale),
    // Fragments hold samples that the movie box does not count.
    ...(!fragmented && { samples: timing.duration > 0 ? timing.sampleCount : 0 }),
  };
}

async function timingOf(
  reader: RangedReader,
  layout: FileLayout,
  movie: MovieBoxes,
  timings: readonly TrackTiming[],
  listedTracks: readonly DescribedTrack[],
  scale: number,
): Promise<Timing> {
  const shown = listedTracks.flatMap(({ id }) =>
    timings.filter(({ trackId }) => String(trackId) === id),
  );
  const picture = shown.find(({ handler }) => handler === 'vide');
  const fragmented = layout.firstFragment !== undefined;
  // The header of a fragmented file may state the duration of a whole presentation, of which this file is a piece.
  const inMovie = fragmented ? shown.filter(({ sampleCount }) => sampleCount > 0) : shown;
  const seconds = Math.max(0, ...inMovie.map((timing) => shownSeconds(timing, scale)));
  if (!fragmented) {
    const hadPicture = timings.some(({ handler }) => handler === 'vide');
    if (hadPicture && !picture) {
      throw new DamagedMedia('structure', 'The video track holds no picture.');
    }
    if (picture?.firstChunk !== undefined && picture.firstChunk >= reader.size) {
      const detail = `The first picture is at byte ${picture.firstChunk}; the file has ${reader.size} bytes.`;
      throw new DamagedMedia('truncated', detail);
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

/** What is shown after edits: what players show and a transcoder writes. */
function shownSeconds(track: TrackTiming, movieScale: number): number {
  const media = track.duration / track.timescale;
  const edited = movieScale > 0 && track.editedDuration ? track.editedDuration / movieScale : 0;
  return edited > 0 ? edited : media;
}

/** Seconds from the first fragment's start to the end of the last one, over all tracks. */
function lastEnd(
  last: readonly FragmentRun[],
  first: readonly FragmentRun[],
  tracks: readonly TrackTiming[],
): number {
  const ends = last.flatMap((run) => {
    const track = tracks.find(({ trackId }) => trackId === run.trackId);
    // Samples in the movie box come before those of the first fragment.
    const begins = first.find(({ trackId }) => trackId === run.trackId)?.start ?? 0;
    const start = Math.max(0, begins - (track && track.sampleCount > 0 ? track.duration : 0));
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
