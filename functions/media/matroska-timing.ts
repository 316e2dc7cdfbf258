import { sizeAt, unsigned } from './ebml.ts';
import type { RangedReader } from './ranged-reader.ts';
import { rateOfTimestamps } from './timestamps.ts';

const CLUSTER = Uint8Array.from([0x1f, 0x43, 0xb6, 0x75]);
const TIMESTAMP_SCALE = Uint8Array.from([0x2a, 0xd7, 0xb1]);
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;

/** RFC 9559, 5.1.2.9: nanoseconds a tick by default. */
const USUAL_SCALE = 1_000_000;

const HEAD_SPANS = [128 * 1024, 1024 * 1024] as const;
/** Browsers record clusters of some seconds; the last one must begin within this range. */
const TAIL_SPANS = [128 * 1024, 1024 * 1024, 5 * 1024 * 1024] as const;
const ENOUGH_TIMES = 40;

export interface MatroskaTiming {
  readonly frameRate?: number;
  /** Seconds from the first block to the end of the last one near the file's end, of any track. */
  readonly durationSeconds?: number;
}

/**
 * Frame rate of a track from the blocks at the beginning and, where the header has no duration (a
 * browser's recording), the duration from those at the end: of any track, since a picture that stands still ends
 * before the sound.
 */
export async function matroskaTiming(
  reader: RangedReader,
  trackNumber: number,
  headerTellsDuration: boolean,
): Promise<MatroskaTiming> {
  const head = await search(reader, trackNumber, HEAD_SPANS, (bytes) => [0, bytes], ENOUGH_TIMES);
  const frameRate = rateOfTimestamps(head);
  if (headerTellsDuration) return { ...(frameRate && { frameRate }) };
  const tail = await search(
    reader,
    undefined,
    TAIL_SPANS,
    (bytes) => [reader.size - bytes, reader.size],
    1,
  );
  const begin = await search(reader, undefined, HEAD_SPANS, (bytes) => [0, bytes], 1);
  const first = begin.reduce(
    (earliest, time) => Math.min(earliest, time),
    Number.POSITIVE_INFINITY,
  );
  const last = tail.reduce((latest, time) => Math.max(latest, time), 0);
  return {
    ...(frameRate && { frameRate }),
    ...(last > first && { durationSeconds: last - first + (frameRate ? 1 / frameRate : 0) }),
  };
}

async function search(
  reader: RangedReader,
  trackNumber: number | undefined,
  spans: readonly number[],
  span: (bytes: number) => [number, number],
  enough: number,
): Promise<number[]> {
  const head = await reader.read(0, 64 * 1024);
  const secondsPerTick = timestampScale(head) / 1e9;
  let ticks: number[] = [];
  for (const bytes of spans) {
    if (ticks.length > 2 && !reader.affords(bytes)) break;
    const [start, end] = span(Math.min(bytes, reader.size));
    ticks = blockTimes(await reader.read(start, end), trackNumber);
    if (ticks.length >= enough || bytes >= reader.size) break;
  }
  return ticks.map((tick) => tick * secondsPerTick);
}

function timestampScale(head: Uint8Array): number {
  const at = Buffer.from(head.buffer, head.byteOffset, head.byteLength).indexOf(TIMESTAMP_SCALE);
  if (at < 0) return USUAL_SCALE;
  const size = sizeAt(head, at + 3);
  return size
    ? unsigned(head.subarray(size.next, size.next + size.value)) || USUAL_SCALE
    : USUAL_SCALE;
}

/** Times, in ticks, of all blocks of the track (undefined: of any track) in the clusters that begin in `bytes`. */
function blockTimes(bytes: Uint8Array, trackNumber: number | undefined): number[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const times: number[] = [];
  let at = buffer.indexOf(CLUSTER);
  while (at >= 0) {
    const size = sizeAt(bytes, at + CLUSTER.length);
    const inside = clusterTimes(bytes, size?.next ?? bytes.length, trackNumber);
    for (const time of inside.times) times.push(time);
    // Continue after the cluster: an id within a block's data begins no cluster, and no byte is read twice.
    at = buffer.indexOf(CLUSTER, Math.max(at + CLUSTER.length, size ? inside.end : 0));
  }
  return times;
}

/** Reads the elements of a cluster, without their data, up to the first that does not belong to one. */
function clusterTimes(
  bytes: Uint8Array,
  start: number,
  trackNumber: number | undefined,
): { times: number[]; end: number } {
  let clusterTime: number | undefined;
  let position = start;
  const times: number[] = [];
  while (position < bytes.length) {
    const id = bytes[position];
    const size = sizeAt(bytes, position + 1);
    if (!size) break;
    if (id === BLOCK_GROUP) {
      // A block group: its blocks are elements too, so it is entered and not skipped.
      position = size.next;
      continue;
    }
    if (id === TIMESTAMP) {
      clusterTime = unsigned(bytes.subarray(size.next, size.next + size.value));
    } else if (id === SIMPLE_BLOCK || id === BLOCK) {
      const offset = blockOffset(bytes, size.next, trackNumber);
      if (offset !== undefined && clusterTime !== undefined) times.push(clusterTime + offset);
    } else if (id === undefined || !OTHER_ELEMENTS.has(id)) {
      break;
    }
    position = size.next + size.value;
  }
  return { times, end: Math.min(position, bytes.length) };
}

/** Void, CRC-32, Position, PrevSize, and a block group's duration, references, padding of one-byte ids. */
const OTHER_ELEMENTS = new Set([
  0xec, 0xbf, 0xa7, 0xab, 0x9b, 0xfb, 0xfa, 0xa4, 0xa2, 0x8e, 0xcb, 0xcc,
]);

/** A block's time relative to its cluster, where it is one of the wanted track. */
function blockOffset(
  bytes: Uint8Array,
  at: number,
  trackNumber: number | undefined,
): number | undefined {
  const track = sizeAt(bytes, at);
  if (!track || track.next + 2 > bytes.length) return undefined;
  if (trackNumber !== undefined && track.value !== trackNumber) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getInt16(track.next);
}
