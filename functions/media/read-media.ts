import { picturesInOrder, soundsInOrder } from '../../core/media/main-tracks.ts';
import type { Container } from '../../core/uploads/upload-policy.ts';
import { DamagedMedia } from './damaged-media.ts';
import { describedTracks, listed } from './described-tracks.ts';
import { readIsobmff } from './isobmff-media.ts';
import { matroskaHead } from './matroska-head.ts';
import { matroskaTiming } from './matroska-timing.ts';
import { describeMedia } from './mediainfo.ts';
import { numberOf } from './mediainfo-facts.ts';
import type { MediaInfoTrack } from './mediainfo-track.ts';
import { memoryReader } from './memory-reader.ts';
import type { RangedReader } from './ranged-reader.ts';
import type { ReadFacts } from './read-facts.ts';
import { readTransportStream } from './transport-media.ts';

/**
 * Reads the facts of a file within the reader's budget.
 * @throws DamagedMedia for a file that no player can read, InspectionBudgetExceeded
 */
export async function readMedia(reader: RangedReader, container: Container): Promise<ReadFacts> {
  switch (container) {
    case 'mp4':
    case 'mov':
      return readIsobmff(reader, container);
    case 'webm':
    case 'mkv':
      return readMatroska(reader, container);
    case 'mpegts':
      return readTransportStream(reader);
    default:
      return readDescribed(reader, container);
  }
}

/** Headers by MediaInfo, timestamps by ourselves: MediaInfo does not measure a recording without a duration. */
async function readMatroska(reader: RangedReader, container: 'webm' | 'mkv'): Promise<ReadFacts> {
  const head = await matroskaHead(reader);
  const described = await describeMedia(memoryReader(head, reader));
  const tracks = describedTracks(described);
  const video = picturesInOrder(tracks.video);
  const audio = soundsInOrder(tracks.audio);
  const announced = generalDuration(described);
  const id = numberOf((video[0] ?? audio[0])?.id);
  if (id === undefined) throw new DamagedMedia('structure', 'The file describes no track.');
  const timing = await matroskaTiming(reader, id, announced !== undefined);
  const durationSeconds = announced ?? timing.durationSeconds;
  return {
    container,
    ...known(durationSeconds),
    video: listed(video, timing.frameRate),
    audio: listed(audio),
    otherTracks: tracks.others,
  };
}

/** The other containers, by MediaInfo alone. */
async function readDescribed(reader: RangedReader, container: Container): Promise<ReadFacts> {
  const described = await describeMedia(reader);
  // The headers of an AVI count bytes; those of an FLV only estimate them.
  const lost = described.find(({ StreamSize }) => (numberOf(StreamSize) ?? 0) > reader.size);
  if (lost && container === 'avi') {
    const detail = `The file describes ${lost.StreamSize} bytes of one track and has ${reader.size}.`;
    throw new DamagedMedia('truncated', detail);
  }
  const tracks = describedTracks(described);
  const video = picturesInOrder(tracks.video);
  const audio = soundsInOrder(tracks.audio);
  const lengths = [...video, ...audio].map((track) => track.durationSeconds ?? 0);
  const longest = Math.max(0, ...lengths) || generalDuration(described);
  return {
    container,
    ...known(longest),
    video: listed(video),
    audio: listed(audio),
    otherTracks: tracks.others,
  };
}

function generalDuration(tracks: readonly MediaInfoTrack[]): number | undefined {
  const seconds = numberOf(tracks.find((track) => track['@type'] === 'General')?.Duration);
  return seconds !== undefined && seconds > 0 ? seconds : undefined;
}

/** `measured` or `unknown`. */
function known(durationSeconds: number | undefined) {
  if (durationSeconds === undefined) return { durationSource: 'unknown' as const };
  return { durationSeconds, durationSource: 'measured' as const };
}
