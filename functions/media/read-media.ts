import type { MediaFacts } from '../../core/contract/media.ts';
import type { Container } from '../../core/uploads/upload-policy.ts';
import { DamagedMedia } from './damaged-media.ts';
import { type Demuxer, openDemuxer } from './demuxer-source.ts';
import { fileTracks, withFrameRate } from './file-tracks.ts';
import { readIsobmff } from './isobmff-media.ts';
import { matroskaHead } from './matroska-head.ts';
import { matroskaTiming } from './matroska-timing.ts';
import { memoryReader } from './memory-reader.ts';
import type { RangedReader } from './ranged-reader.ts';
import { transportTiming } from './transport-timing.ts';

interface Timing {
  readonly durationSeconds: number;
  readonly frameRate?: number;
}

/**
 * Reads the facts of a file within the reader's budget.
 * @throws DamagedMedia for a file that no player can read, InspectionBudgetExceeded
 */
export async function readMedia(reader: RangedReader, container: Container): Promise<MediaFacts> {
  if (container === 'mp4' || container === 'mov') return readIsobmff(reader, container);
  const isTransport = container === 'mpegts';
  const described = isTransport ? reader : memoryReader(await matroskaHead(reader), reader);
  const demuxer = openDemuxer(described);
  try {
    const tracks = await fileTracks(demuxer, container);
    const id = await firstTrackId(demuxer);
    const timing = isTransport
      ? await transportTiming(reader, id)
      : await matroskaTimes(demuxer, reader, id);
    return {
      ...tracks,
      durationSeconds: timing.durationSeconds,
      video: withFrameRate(tracks.video, timing.frameRate),
    };
  } finally {
    demuxer.close();
  }
}

/** The container's number of the track that is shown. */
async function firstTrackId({ attempt, input }: Demuxer): Promise<number> {
  const id = await attempt(async () => {
    const [video] = await input.getVideoTracks();
    const [any] = await input.getTracks();
    return (video ?? any)?.id;
  });
  if (id === undefined) throw new DamagedMedia('structure', 'The file describes no track.');
  return id;
}

async function matroskaTimes(
  { attempt, input }: Demuxer,
  reader: RangedReader,
  id: number,
): Promise<Timing> {
  const announced = (await attempt(() => input.getDurationFromMetadata())) ?? 0;
  const timing = await matroskaTiming(reader, id, announced > 0);
  const durationSeconds = announced > 0 ? announced : timing.durationSeconds;
  if (durationSeconds === undefined) {
    throw new DamagedMedia('structure', 'The file does not specify its duration.');
  }
  return { durationSeconds, ...(timing.frameRate && { frameRate: timing.frameRate }) };
}
