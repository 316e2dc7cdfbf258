import { DamagedMedia } from './damaged-media.ts';
import type { RangedReader } from './ranged-reader.ts';
import { rateOfTimestamps } from './timestamps.ts';

const SYNC = 0x47;
/** Plain, with a timecode before each packet (Blu-ray), with error correction after it. */
const STRIDES = [188, 192, 204] as const;
const CLOCK = 90_000;
/** Presentation times have 33 bits: after 26.5 hours they restart at 0. */
const WRAP_SECONDS = 2 ** 33 / CLOCK;

/** Bytes at the beginning and the end in which presentation times are searched, from small to large. */
const SPANS = [128 * 1024, 1024 * 1024, 3 * 1024 * 1024] as const;
const ENOUGH_TIMES = 60;

/**
 * Duration and frame rate of one elementary stream, from the times at the file's beginning and end.
 * @throws DamagedMedia where the stream has no two different times
 */
export async function transportTiming(
  reader: RangedReader,
  pid: number,
): Promise<{ durationSeconds: number; frameRate?: number }> {
  const head = await searchSpans(reader, pid, (bytes) => [0, Math.min(bytes, reader.size)]);
  const tail = await searchSpans(
    reader,
    pid,
    (bytes) => [Math.max(0, reader.size - bytes), reader.size],
    1,
  );
  const first = Math.min(...head);
  const last = tail.reduce((latest, time) => Math.max(latest, unwrapped(time, first)), first);
  const frameRate = rateOfTimestamps(head.map((time) => unwrapped(time, first)));
  if (!(last > first)) {
    throw new DamagedMedia('structure', 'The stream has no increasing presentation times.');
  }
  return {
    durationSeconds: last - first + (frameRate ? 1 / frameRate : 0),
    ...(frameRate && { frameRate }),
  };
}

/** Times far before the first one have restarted; times a little before it are only out of order. */
function unwrapped(time: number, first: number): number {
  return time < first - WRAP_SECONDS / 2 ? time + WRAP_SECONDS : time;
}

async function searchSpans(
  reader: RangedReader,
  pid: number,
  span: (bytes: number) => [number, number],
  enough: number = ENOUGH_TIMES,
): Promise<number[]> {
  let times: number[] = [];
  for (const bytes of SPANS) {
    if (times.length > 2 && !reader.affords(bytes)) break;
    const [start, end] = span(bytes);
    times = presentationTimes(await reader.read(start, end), pid);
    if (times.length >= enough || end - start >= reader.size) break;
  }
  return times;
}

/** The presentation times, in seconds, of all PES packets of `pid` that begin in `bytes`. */
function presentationTimes(bytes: Uint8Array, pid: number): number[] {
  const times: number[] = [];
  const grid = packetGrid(bytes);
  if (!grid) return times;
  for (let at = grid.first; at + 188 <= bytes.length; at += grid.stride) {
    const time = bytes[at] === SYNC ? packetTime(bytes.subarray(at, at + 188), pid) : undefined;
    if (time !== undefined) times.push(time);
  }
  return times;
}

/** Where packets begin: five sync bytes in a row at one of the three distances. */
function packetGrid(bytes: Uint8Array): { first: number; stride: number } | undefined {
  for (let first = 0; first < Math.min(bytes.length, 1024); first += 1) {
    for (const stride of STRIDES) {
      const beats = [0, 1, 2, 3, 4].map((beat) => first + beat * stride);
      if (beats.every((at) => at >= bytes.length || bytes[at] === SYNC)) return { first, stride };
    }
  }
  return undefined;
}

/** ISO/IEC 13818-1, 2.4.3.2 and 2.4.3.6 */
function packetTime(packet: Uint8Array, pid: number): number | undefined {
  const [, high = 0, low = 0, control = 0, adaptation = 0] = packet;
  const startsUnit = (high & 0x40) !== 0;
  if (!startsUnit || (((high & 0x1f) << 8) | low) !== pid || (control & 0x10) === 0)
    return undefined;
  const payload = packet.subarray(4 + ((control & 0x20) !== 0 ? 1 + adaptation : 0));
  const isPes = payload[0] === 0 && payload[1] === 0 && payload[2] === 1;
  const hasTime = ((payload[7] ?? 0) & 0x80) !== 0;
  if (!isPes || !hasTime || payload.length < 14) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = payload.subarray(9, 14);
  // 33 bits in pieces of 3, 15 and 15; the product, not a shift, keeps the highest.
  const ticks = ((a >> 1) & 7) * 2 ** 30 + (b << 22) + ((c >> 1) << 15) + (d << 7) + (e >> 1);
  return ticks / CLOCK;
}
