import { type Box, boxAt } from './isobmff-box.ts';
import {
  announcedDuration,
  defaultDurations,
  type FragmentRun,
  fragmentRuns,
  lastFragmentRuns,
  type SearchDepth,
} from './isobmff-fragments.ts';
import type { FileLayout } from './isobmff-layout.ts';
import type { MovieBoxes } from './isobmff-movie.ts';
import { presentedSeconds } from './isobmff-presentation.ts';
import { frameRateOf, type TrackTiming } from './isobmff-timing.ts';
import type { RangedReader } from './ranged-reader.ts';

export interface Timing {
  /** 0: the file does not state it. */
  readonly durationSeconds: number;
  readonly frameRate?: number;
}

/**
 * Duration by the last fragment, else by a header or an index, which may describe a presentation of which this file is a
 * piece; frame rate by the first fragment.
 */
export async function fragmentTiming(
  reader: RangedReader,
  layout: FileLayout,
  movie: MovieBoxes,
  tracks: readonly TrackTiming[],
  movieScale: number,
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
  const inMovie = presentedSeconds(
    tracks.filter(({ sampleCount }) => sampleCount > 0),
    movieScale,
  );
  const measure = async (depth: SearchDepth) =>
    lastEnd(await lastFragmentRuns(reader, defaults, depth), first, tracks);
  const isTimed = first.some(({ start }) => start !== undefined);
  const durationSeconds =
    (isTimed
      ? await measure('near')
      : await summedSeconds(reader, firstFragment, defaults, tracks)) ||
    (await announcedDuration(reader, layout, movie.extends, movieScale)) ||
    (isTimed && (await measure('far'))) ||
    presentedSeconds(tracks, movieScale);
  return {
    durationSeconds: Math.max(durationSeconds, inMovie),
    ...(frameRate !== undefined && { frameRate }),
  };
}

/** Recorders that do not time their fragments write long ones. */
const MAX_SUMMED_BOXES = 16;

/** Seconds of all fragments; 0 if there are too many to read. */
async function summedSeconds(
  reader: RangedReader,
  first: Box | undefined,
  defaults: ReadonlyMap<number, number>,
  tracks: readonly TrackTiming[],
): Promise<number> {
  const ticks = new Map<number, number>();
  let box = first;
  for (let count = 0; box && box.type !== 'mfra'; count += 1) {
    if (count === MAX_SUMMED_BOXES) return 0;
    const runs = box.type === 'moof' ? await fragmentRuns(reader, box, defaults) : [];
    for (const { trackId, duration } of runs) {
      ticks.set(trackId, (ticks.get(trackId) ?? 0) + duration);
    }
    box = await boxAt(reader, box.end, reader.size);
  }
  return Math.max(
    0,
    ...tracks.map(({ trackId, timescale }) => (ticks.get(trackId) ?? 0) / timescale),
  );
}

/** Seconds from the first fragment's start to the end of the last one, over all tracks. */
function lastEnd(
  last: readonly FragmentRun[],
  first: readonly FragmentRun[],
  tracks: readonly TrackTiming[],
): number {
  // Fragments without a time (Adobe's) only tell their own duration.
  const ends = last.flatMap((run) => {
    if (run.start === undefined) return [];
    const track = tracks.find(({ trackId }) => trackId === run.trackId);
    // Samples in the movie box come before those of the first fragment.
    const begins = first.find(({ trackId }) => trackId === run.trackId)?.start ?? 0;
    const start = Math.max(0, begins - (track && track.sampleCount > 0 ? track.duration : 0));
    return track ? [(run.start - start + run.duration) / track.timescale] : [];
  });
  return Math.max(0, ...ends);
}
