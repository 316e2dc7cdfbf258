import type { MediaFacts } from '../../core/contract/media.ts';
import type { Container } from '../../core/upload-policy.ts';
import { DamagedMedia } from './damaged-media.ts';
import { type Demuxer, openDemuxer } from './demuxer-source.ts';
import { readIsobmff } from './isobmff-media.ts';
import { matroskaTiming } from './matroska-timing.ts';
import type { RangedReader } from './ranged-reader.ts';
import { audioFacts, videoFacts } from './track-facts.ts';
import { transportTiming } from './transport-timing.ts';

/** Hundreds of tracks would each cost work; the policy refuses them anyway. */
const MOST_TRACKS = 64;

/**
 * What is in the file, read within the reader's budget.
 * @throws DamagedMedia for what no player could make sense of, InspectionBudgetExceeded
 */
export async function readMedia(reader: RangedReader, container: Container): Promise<MediaFacts> {
  if (container === 'mp4' || container === 'mov') return readIsobmff(reader, container);
  const demuxer = openDemuxer(reader);
  try {
    const tracks = await trackFacts(demuxer, container);
    const timing = await streamTiming(demuxer, reader, container);
    return {
      ...tracks,
      durationSeconds: timing.durationSeconds,
      video: withFrameRate(tracks.video, timing.frameRate),
    };
  } finally {
    demuxer.close();
  }
}

/** Everything but time, in the order of the file. */
export async function trackFacts(
  demuxer: Demuxer,
  container: Container,
): Promise<Omit<MediaFacts, 'durationSeconds'>> {
  return demuxer.attempt(async () => {
    const tracks = await demuxer.input.getTracks();
    if (tracks.length > MOST_TRACKS) {
      throw new DamagedMedia('structure', `The file has more than ${MOST_TRACKS} tracks.`);
    }
    const video = [];
    const audio = [];
    for (const track of tracks) {
      if (track.isVideoTrack()) video.push(await videoFacts(track));
      else if (track.isAudioTrack()) audio.push(await audioFacts(track));
    }
    return { container, video, audio, otherTracks: tracks.length - video.length - audio.length };
  });
}

async function streamTiming(
  demuxer: Demuxer,
  reader: RangedReader,
  container: Container,
): Promise<{ durationSeconds: number; frameRate?: number }> {
  const { id, announced } = await demuxer.attempt(async () => {
    const [video] = await demuxer.input.getVideoTracks();
    const [any] = await demuxer.input.getTracks();
    const announced = (await demuxer.input.getDurationFromMetadata()) ?? 0;
    return { id: (video ?? any)?.id, announced };
  });
  if (id === undefined) throw new DamagedMedia('structure', 'The file has no track.');
  if (container === 'mpegts') return transportTiming(reader, id);
  const told = await matroskaTiming(reader, id, announced > 0);
  const durationSeconds = announced > 0 ? announced : told.durationSeconds;
  if (durationSeconds === undefined) {
    throw new DamagedMedia('structure', 'The file does not tell how long it is.');
  }
  return { durationSeconds, ...(told.frameRate && { frameRate: told.frameRate }) };
}

/** The frame rate is measured on the first track: the one that is shown. */
export function withFrameRate(
  [first, ...others]: MediaFacts['video'],
  frameRate: number | undefined,
): MediaFacts['video'] {
  if (!first) return [];
  return [{ ...first, ...(frameRate && { frameRate }) }, ...others];
}
