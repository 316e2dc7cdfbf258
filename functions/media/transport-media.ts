import type { VideoTrack } from '../../core/contract/media.ts';
import { picturesInOrder, soundsInOrder, type TrackHints } from '../../core/media/main-tracks.ts';
import { DamagedMedia } from './damaged-media.ts';
import {
  type DescribedTrack,
  type DescribedTracks,
  describedTracks,
  listed,
} from './described-tracks.ts';
import type { PictureSize } from './h264-size.ts';
import { describeMedia } from './mediainfo.ts';
import { numberOf } from './mediainfo-facts.ts';
import type { MediaInfoTrack } from './mediainfo-track.ts';
import { prefixedReader } from './prefixed-reader.ts';
import type { RangedReader } from './ranged-reader.ts';
import type { ReadFacts } from './read-facts.ts';
import { recognizeStreams } from './transport-tables.ts';
import { transportTiming } from './transport-timing.ts';

/**
 * An MPEG transport stream: MediaInfo describes the streams, we measure them by their presentation times. Of several
 * programs, the first with a picture counts.
 */
export async function readTransportStream(reader: RangedReader): Promise<ReadFacts> {
  const tracks = await describedStreams(reader);
  const pictures = picturesInOrder(tracks.video);
  const [picture] = pictures;
  const sounds = soundsInOrder(tracks.audio, picture?.program);
  if (picture?.encrypted) throw new DamagedMedia('encrypted', 'The picture is encrypted.');
  const shown = picture ?? sounds[0];
  if (!shown)
    throw new DamagedMedia('structure', 'The stream has no program with a picture or sound.');
  const timing = await transportTiming(reader, pidOf(shown), sounds[0] && pidOf(sounds[0]));
  const video = pictures.filter((track) => track.program === picture?.program);
  // A stream that the program announces and that has no packets.
  const audio = sounds.filter((track) => timing.present.has(pidOf(track)) || !timing.whole);
  const durationSeconds = timing.durationSeconds ?? shown.durationSeconds;
  return {
    container: 'mpegts',
    ...(durationSeconds ? { durationSeconds } : {}),
    durationSource: durationSeconds ? timing.durationSource : 'unknown',
    video: listed(video.map(withPid), timing.frameRate),
    audio: listed(audio.map(withPid)),
    otherTracks:
      tracks.others + tracks.video.length + tracks.audio.length - video.length - audio.length,
  };
}

/** How much of the file is searched for streams that MediaInfo does not find. */
const SEARCHED_BYTES = 512 * 1024;

/**
 * The streams by MediaInfo. It finds none without program tables, and no size in a piece without a key picture that it
 * knows how to use: then it gets tables in front of the stream, and the sizes are read without it.
 */
async function describedStreams(reader: RangedReader): Promise<DescribedTracks> {
  const tracks = describedTracks(await describeMedia(reader), hintsOf);
  if (tracks.video.some(({ facts, encrypted }) => facts.codedHeight > 0 || encrypted))
    return tracks;
  const recognized = recognizeStreams(await reader.read(0, SEARCHED_BYTES));
  if (!recognized) return tracks;
  const { tables, from, sizes } = recognized;
  const again = describedTracks(await describeMedia(prefixedReader(reader, tables, from)), hintsOf);
  return { ...again, video: again.video.map((track) => withSize(track, sizes.get(pidOf(track)))) };
}

function hintsOf({ MenuID, Encryption }: MediaInfoTrack): TrackHints {
  const program = numberOf(MenuID);
  return { ...(program !== undefined && { program }), encrypted: Encryption === 'Encrypted' };
}

function withSize(
  track: DescribedTrack<VideoTrack>,
  size: PictureSize | undefined,
): DescribedTrack<VideoTrack> {
  if (!size || track.facts.codedHeight > 0) return track;
  const { width, height, interlaced } = size;
  const shape = {
    codedWidth: width,
    codedHeight: height,
    displayWidth: width,
    displayHeight: height,
  };
  return { ...track, facts: { ...track.facts, ...shape, interlaced } };
}

function pidOf({ id }: { readonly id: string }): number {
  return numberOf(id) ?? -1;
}

function withPid<Track extends DescribedTrack>(track: Track): Track {
  const { program } = track;
  const facts = { ...track.facts, pid: pidOf(track), ...(program !== undefined && { program }) };
  return { ...track, facts };
}
