import type { RangedReader } from './ranged-reader.ts';
import { rateOfTimestamps } from './timestamps.ts';
import { type TimedPacket, timedPackets } from './transport-packets.ts';

/** Presentation times have 33 bits of 90 kHz: after 26.5 hours they restart at 0. */
const WRAP_SECONDS = 2 ** 33 / 90_000;

/** Pictures are stored before others that are shown earlier, by less than this. */
const MAX_REORDER_SECONDS = 2;
/** A longer step forward is the clock of another recording. */
const MAX_GAP_SECONDS = 60;

/** Between two positions, the bit rate changes by less than this factor. */
const MAX_RATE_CHANGE = 4;

const USUAL_FRAME_RATE = 25;

/** A file of at most this size is read as a whole. */
const WHOLE_BYTES = 3 * 1024 * 1024;
const END_BYTES = 512 * 1024;
/** Positions between the ends where the clock of a larger file is checked, and the bytes that are read there. */
const PROBES = 3;
const PROBE_BYTES = 128 * 1024;

export interface TransportTiming {
  readonly durationSeconds?: number;
  /** `estimated`: the clock restarts between the positions that were read. */
  readonly durationSource: 'measured' | 'estimated';
  readonly frameRate?: number;
  /** Packet identifiers for which there is media in the ranges that were read. */
  readonly present: ReadonlySet<number>;
  /** Whether these ranges are the whole file. */
  readonly whole: boolean;
}

/** A stretch of one stream in which its clock runs on. */
interface Stretch {
  first: number;
  last: number;
}

/**
 * Duration and frame rate of a transport stream by the presentation times of its streams. A small file is read as a
 * whole. Of a large one the ends and some positions between are read: if the clock runs on from one to the next, the
 * duration is measured; if it restarts (joined recordings), the bytes between two positions count by the average rate.
 *
 * @param picture packet identifier of the main picture
 * @param sound packet identifier of the main sound
 */
export async function transportTiming(
  reader: RangedReader,
  picture: number,
  sound?: number,
): Promise<TransportTiming> {
  const ranges = await readRanges(reader);
  const packets = ranges.map(({ start, bytes }) => ({ start, packets: timedPackets(bytes) }));
  const present = new Set(packets.flatMap((range) => range.packets.map(({ pid }) => pid)));
  const pictures = timesOf(packets, picture);
  const frameRate = rateOfTimestamps(unwrapped(withoutStrays(pictures[0]?.times ?? [])));
  const streams = [pictures, ...(sound === undefined ? [] : [timesOf(packets, sound)])];
  const totals = streams.map(total);
  const longest = totals.reduce((best, one) => (one.seconds > best.seconds ? one : best));
  const whole = reader.size <= WHOLE_BYTES;
  // A single picture has no later time to measure by.
  const pictureSeconds = 1 / (frameRate ?? USUAL_FRAME_RATE);
  const isKnown = longest.seconds > 0 || (whole && present.size > 0);
  return {
    ...(isKnown && { durationSeconds: longest.seconds + pictureSeconds }),
    durationSource: longest.measured ? 'measured' : 'estimated',
    ...(frameRate && { frameRate }),
    present,
    whole,
  };
}

interface Range {
  readonly start: number;
  readonly bytes: Uint8Array;
}

async function readRanges(reader: RangedReader): Promise<Range[]> {
  const { size } = reader;
  if (size <= WHOLE_BYTES) return [{ start: 0, bytes: await reader.read(0, size) }];
  const between = Array.from({ length: PROBES }, (_, index) => ({
    start: Math.floor((size * (index + 1)) / (PROBES + 1)),
    length: PROBE_BYTES,
  }));
  const wanted = [
    { start: 0, length: END_BYTES },
    ...between,
    { start: size - END_BYTES, length: END_BYTES },
  ];
  const ranges: Range[] = [];
  for (const { start, length } of wanted) {
    ranges.push({ start, bytes: await reader.read(start, start + length) });
  }
  return ranges;
}

interface RangeTimes {
  readonly start: number;
  readonly times: readonly number[];
}

function timesOf(
  ranges: readonly { readonly start: number; readonly packets: readonly TimedPacket[] }[],
  pid: number,
): RangeTimes[] {
  return ranges
    .map(({ start, packets }) => ({
      start,
      times: packets.filter((packet) => packet.pid === pid).map(({ seconds }) => seconds),
    }))
    .filter(({ times }) => times.length > 0);
}

/** Seconds of one stream; `measured` unless a part was filled in by the average rate. */
function total(ranges: readonly RangeTimes[]): { seconds: number; measured: boolean } {
  const parts = ranges.map(({ start, times }) => ({
    start,
    stretches: stretchesOf(withoutStrays(times)),
  }));
  const inside = parts
    .flatMap(({ stretches }) => stretches)
    .reduce((sum, { first, last }) => sum + last - first, 0);
  const steps = parts.slice(1).map(({ start, stretches }, index) => {
    const before = parts[index];
    const seconds = stepOf(before?.stretches.at(-1)?.last ?? 0, stretches[0]?.first ?? 0);
    return { bytes: start - (before?.start ?? 0), seconds };
  });
  const secondsPerByte = median(
    steps.filter(({ seconds }) => seconds > 0).map(({ seconds, bytes }) => seconds / bytes),
  );
  const restarts = ({ seconds, bytes }: { seconds: number; bytes: number }) =>
    seconds < -MAX_REORDER_SECONDS ||
    seconds > MAX_GAP_SECONDS + MAX_RATE_CHANGE * bytes * secondsPerByte;
  const between = steps.reduce(
    (sum, step) => sum + (restarts(step) ? step.bytes * secondsPerByte : Math.max(0, step.seconds)),
    0,
  );
  return { seconds: inside + between, measured: !steps.some(restarts) };
}

/** Without single times from which the next one returns: damaged packets. */
function withoutStrays(times: readonly number[]): number[] {
  return times.filter((time, index) => {
    const [before, after] = [times[index - 1], times[index + 1]];
    if (before === undefined || after === undefined) return true;
    const isNear = (other: number) => Math.abs(stepOf(before, other)) <= MAX_REORDER_SECONDS;
    return isNear(time) || !isNear(after);
  });
}

function stretchesOf(times: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  let previous = 0;
  let clock = 0;
  for (const time of times) {
    const step = stepOf(previous, time);
    previous = time;
    clock += step;
    const current = stretches.at(-1);
    if (!current || step > MAX_GAP_SECONDS || step < -MAX_REORDER_SECONDS) {
      stretches.push({ first: clock, last: clock });
      continue;
    }
    current.first = Math.min(current.first, clock);
    current.last = Math.max(current.last, clock);
  }
  return stretches;
}

/** The times of pictures without the restart of the clock, up to the first break. */
function unwrapped(times: readonly number[]): number[] {
  const [first = 0] = times;
  return times.map((time) => first + stepOf(first, time));
}

/** Seconds from one presentation time to another, the shorter way around the clock. */
function stepOf(from: number, to: number): number {
  const step = (((to - from) % WRAP_SECONDS) + WRAP_SECONDS) % WRAP_SECONDS;
  return step > WRAP_SECONDS / 2 ? step - WRAP_SECONDS : step;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
