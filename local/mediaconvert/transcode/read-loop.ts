import { AV_NOPTS_VALUE, AV_TIME_BASE_Q, AVERROR_EOF } from 'node-av/constants';
import { avRescaleQ, FFmpegError, type Frame, Packet, type Stream } from 'node-av/lib';
import { type Decoder, openDecoder } from './decoder.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { OpenInput } from './open-input.ts';

/** A stream to decode; `push` gets its frames, with pts from the job's instant 0, and null at the end. */
export interface StreamReader {
  readonly kind: 'Video' | 'Audio';
  readonly stream: Stream;
  push(frame: Frame | null): Promise<void>;
}

export interface ReadLoop {
  readonly input: OpenInput;
  readonly fileInput: string;
  readonly readers: readonly StreamReader[];
  /** Called for each packet read; percent is undefined for an input of unknown length. */
  progress(percent: number | undefined, framesDecoded: number): void;
}

/**
 * A rate of 30 frames a second turns one wrong timestamp into millions of repeated frames. Real recordings
 * have pauses (a screen that does not change), so that some minutes are let through.
 */
const LONGEST_PAUSE_SECONDS = 300;

interface Running {
  readonly readers: readonly StreamReader[];
  readonly decoder: Decoder;
  /** The job's instant 0 in the stream's time base. */
  readonly zero: bigint;
  /** Seconds up to which it is decoded. */
  reached: number;
  nextPts: bigint;
}

/** Reads the input to its end and decodes each stream that is wanted, once. */
export async function decodeAll(loop: ReadLoop): Promise<void> {
  const { input, readers } = loop;
  const running = new Map<number, Running>();
  const zero = instantZero(readers);
  for (const { stream, kind } of readers) {
    if (running.has(stream.index)) continue;
    running.set(stream.index, {
      readers: readers.filter((reader) => reader.stream.index === stream.index),
      decoder: await openDecoder(stream, kind),
      zero: avRescaleQ(zero, AV_TIME_BASE_Q, stream.timeBase),
      reached: 0,
      nextPts: 0n,
    });
  }
  const packet = new Packet();
  packet.alloc();
  try {
    let code = 0;
    for (;;) {
      code = await input.format.readFrame(packet);
      if (code < 0) break;
      const stream = running.get(packet.streamIndex);
      if (stream !== undefined) {
        await stream.decoder.feed(packet, (frame) => take(stream, frame));
        loop.progress(percentOf(input, running), decodedOf(running));
      }
      packet.unref();
    }
    for (const stream of running.values()) {
      await stream.decoder.feed(null, (frame) => take(stream, frame));
      for (const reader of stream.readers) await reader.push(null);
    }
    judge(loop, code, running);
  } finally {
    packet.free();
    for (const { decoder } of running.values()) decoder.close();
  }
}

/** The earliest start of the streams in use: both keep their distance, and nothing is cut away. */
function instantZero(readers: readonly StreamReader[]): bigint {
  const starts = readers
    .filter(({ stream }) => stream.startTime !== AV_NOPTS_VALUE)
    .map(({ stream }) => avRescaleQ(stream.startTime, stream.timeBase, AV_TIME_BASE_Q));
  return starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n);
}

async function take(running: Running, frame: Frame): Promise<void> {
  const { num, den } = running.decoder.stream.timeBase;
  const told = frame.bestEffortTimestamp;
  const pts = told === AV_NOPTS_VALUE ? running.nextPts : told - running.zero;
  const at = (Number(pts) * num) / den;
  if (at - running.reached > LONGEST_PAUSE_SECONDS) {
    throw new JobFailure(
      FAILURE_CODES.brokenStructure,
      `Demuxer: [timestamps jump from ${running.reached.toFixed(3)} s to ${at.toFixed(3)} s]`,
    );
  }
  frame.pts = pts;
  running.nextPts = pts + (frame.duration > 0n ? frame.duration : 1n);
  running.reached = Math.max(running.reached, (Number(running.nextPts) * num) / den);
  for (const reader of running.readers) await reader.push(frame);
}

function percentOf({ format }: OpenInput, running: ReadonlyMap<number, Running>) {
  const length = Number(format.duration) / 1e6;
  if (!(length > 0)) return undefined;
  const reached = Math.max(...[...running.values()].map((stream) => stream.reached));
  return Math.min(100, Math.floor((100 * reached) / length));
}

function decodedOf(running: ReadonlyMap<number, Running>): number {
  const video = [...running.values()].filter(({ readers }) => readers[0]?.kind === 'Video');
  return video.reduce((sum, { decoder }) => sum + decoder.decoded(), 0);
}

/** Whether what was decoded is enough to call it the input. */
function judge(loop: ReadLoop, code: number, running: ReadonlyMap<number, Running>): void {
  const failed = loop.input.readFailure();
  if (failed !== undefined) throw failed;
  for (const { decoder, readers } of running.values()) {
    if (process.env.MC_DEBUG) console.error(decoder.stream.index, 'decoded', decoder.decoded(), 'damaged', decoder.damaged(), 'reached', running.get(decoder.stream.index)?.reached, 'duration', decoder.stream.duration, decoder.stream.timeBase.toString(), code);
  }
}
