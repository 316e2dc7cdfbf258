import { picturesInOrder, soundsInOrder } from '../../core/media/main-tracks.ts';
import { DamagedMedia } from './damaged-media.ts';
import { type DescribedTrack, describedTracks, listed } from './described-tracks.ts';
import { fragmentTiming, type Timing } from './isobmff-fragment-timing.ts';
import { type FileLayout, fileLayout } from './isobmff-layout.ts';
import { type MovieBoxes, movieBoxes } from './isobmff-movie.ts';
import { presentedSeconds, shownSeconds } from './isobmff-presentation.ts';
import { checkEncryption, checkReferences } from './isobmff-protection.ts';
import { type TrackTiming, trackTiming, viewOf } from './isobmff-timing.ts';
import { maskedReader } from './masked-reader.ts';
import { describeMedia } from './mediainfo.ts';
import type { RangedReader } from './ranged-reader.ts';
import type { ReadFacts } from './read-facts.ts';

/** An MP4 or MOV file: we read its boxes, MediaInfo what they say of pictures and sound; samples are not read. */
export async function readIsobmff(
  reader: RangedReader,
  container: 'mp4' | 'mov',
): Promise<ReadFacts> {
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
    const undescribed = new Set(
      timings.filter((timing) => !timing.described).map(({ trackId }) => String(trackId)),
    );
    const tracks = describedTracks(
      described.filter(({ ID }) => !undescribed.has(ID ?? '')),
      (track) => hints.get(track.ID ?? '') ?? {},
    );
    const countOf = (handler: string) =>
      timings.filter((timing) => timing.handler === handler && timing.described).length;
    if (tracks.video.length !== countOf('vide') || tracks.audio.length !== countOf('soun')) {
      throw new DamagedMedia('structure', 'A track does not say how it is encoded.');
    }
    const video = picturesInOrder(tracks.video);
    const audio = soundsInOrder(tracks.audio);
    const timing = await timingOf(reader, layout, movie, timings, [...video, ...audio], scale);
    return {
      container,
      ...(timing.durationSeconds > 0
        ? { durationSeconds: timing.durationSeconds, durationSource: 'measured' }
        : { durationSource: 'unknown' }),
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
    ...(!fragmented && { samples: timing.sampleCount }),
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
  if (fragmented) return fragmentTiming(reader, layout, movie, shown, scale);
  const hadPicture = timings.some(({ handler }) => handler === 'vide');
  if (hadPicture && !picture) {
    throw new DamagedMedia('structure', 'The video track holds no picture.');
  }
  checkChunks(picture, reader.size);
  return { durationSeconds: presentedSeconds(shown, scale), ...rate(picture?.frameRate) };
}

/** A file begins with the header of a box. */
const MIN_OFFSET = 8;

/** An index may be whole and its media not: the rest was lost on the way. */
function checkChunks(picture: TrackTiming | undefined, size: number): void {
  if (!picture) return;
  if (!picture.chunks) {
    throw new DamagedMedia('structure', 'The file does not say where its pictures are.');
  }
  const { first, last } = picture.chunks;
  if (first < MIN_OFFSET || first >= size) {
    throw new DamagedMedia(
      'truncated',
      `The first picture is at byte ${first}; the file has ${size} bytes.`,
    );
  }
  if (last >= size) {
    throw new DamagedMedia(
      'truncated',
      `The last pictures are at byte ${last}; the file has ${size} bytes.`,
    );
  }
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
