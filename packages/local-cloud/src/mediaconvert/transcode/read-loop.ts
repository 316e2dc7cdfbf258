import { AV_NOPTS_VALUE, AV_TIME_BASE_Q, AVERROR_EOF } from 'node-av/constants';
import { avRescaleQ, FFmpegError, type Frame, Packet, type Stream } from 'node-av/lib';
import { type Decoder, openDecoder } from './decoder.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import type { OpenInput } from './open-input.ts';

/** A stream to decode. `push` gets its frames, with pts from the job's time 0, and null at the end. */
export interface StreamReader {
  readonly kind: 'Video' | 'Audio';
  readonly stream: Stream;
  push(frame: Frame | null): Promise<void>;
}

export interface ReadLoop {
  readonly input: OpenInput;
  readonly fileInput: string;
  readonly readers: readonly StreamReader[];
  /** Called for each packet. `percent` is undefined if the length of the input is unknown. */
  progress(percent: number | undefined, framesDecoded: number): void;
}

/**
 * At 30 frames per second one wrong timestamp could cause millions of repeated frames. Real recordings have
 * pauses (a screen that does not change), so some minutes are allowed.
 */
const MAX_PAUSE_SECONDS = 300;

interface Running {
  readonly readers: readonly StreamReader[];
  readonly decoder: Decoder;
  /** The job's time 0 in the stream's time base. */
  readonly zero: bigint;
  /** The decoded time in seconds, which is also the expected time of the next frame. */
  reached: number;
  next: number;
  /** Seconds of decoded sound, independent of the timestamps. */
  audioSeconds: number;
}

/** Reads the input to its end and decodes each requested stream once. */
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
      next: 0,
      audioSeconds: 0,
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
    requireEnoughDecoded(loop, code, running.values());
  } finally {
    packet.free();
    for (const { decoder } of running.values()) decoder.close();
  }
}

/** The earliest start of the used streams, so that their distance remains and nothing is removed. */
function instantZero(readers: readonly StreamReader[]): bigint {
  const starts = readers
    .filter(({ stream }) => stream.startTime !== AV_NOPTS_VALUE)
    .map(({ stream }) => avRescaleQ(stream.startTime, stream.timeBase, AV_TIME_BASE_Q));
  return starts.sort((a, b) => Number(a - b))[0] ?? 0n;
}

async function take(running: Running, frame: Frame): Promise<void> {
  const { stream } = running.decoder;
  const { num, den } = stream.timeBase;
  const timestamp = frame.bestEffortTimestamp;
  const pts =
    timestamp === AV_NOPTS_VALUE
      ? BigInt(Math.round((running.next * den) / num))
      : timestamp - running.zero;
  const at = (Number(pts) * num) / den;
  if (at - running.next > MAX_PAUSE_SECONDS) {
    throw new JobFailure(
      FAILURE_CODES.brokenStructure,
      `Demuxer: [timestamps jump from ${running.next.toFixed(3)} s to ${at.toFixed(3)} s]`,
    );
  }
  frame.pts = pts;
  const length = frameSeconds(frame, stream);
  running.next = at + length;
  if (frame.nbSamples > 0) running.audioSeconds += length;
  running.reached = Math.max(running.reached, running.next);
  for (const reader of running.readers) await reader.push(frame);
}

function frameSeconds(frame: Frame, { timeBase, avgFrameRate }: Stream): number {
  if (frame.nbSamples > 0 && frame.sampleRate > 0) return frame.nbSamples / frame.sampleRate;
  if (frame.duration > 0n) return (Number(frame.duration) * timeBase.num) / timeBase.den;
  return avgFrameRate.num > 0 ? avgFrameRate.den / avgFrameRate.num : 0;
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

/**
 * Checks that enough was decoded. Like MediaConvert, it accepts single damaged frames. The job fails if the
 * decoder refused more packets than it accepted.
 */
function requireEnoughDecoded(
  { input, fileInput }: ReadLoop,
  code: number,
  all: Iterable<Running>,
): void {
  const failed = input.readFailure();
  if (failed !== undefined) throw failed;
  for (const running of all) {
    const { decoder, readers } = running;
    const video = readers[0]?.kind === 'Video';
    if (video && decoder.decoded() <= decoder.damaged()) {
      throw new JobFailure(
        FAILURE_CODES.noVideo,
        'Video sync did not read enough good frames to process successfully',
      );
    }
    if (!video && running.audioSeconds > 2 * running.reached + 1) {
      throw new JobFailure(
        FAILURE_CODES.brokenStructure,
        `Demuxer: [${running.audioSeconds.toFixed(3)} s of audio have timestamps within ${running.reached.toFixed(3)} s]`,
      );
    }
    if (code !== AVERROR_EOF || (video && endsEarly(input, running))) {
      const why = code === AVERROR_EOF ? 'end of file' : new FFmpegError(code).message;
      throw new JobFailure(
        FAILURE_CODES.truncated,
        `Demuxer: [ReadPacketData File read failed - ${why} hit at ${running.reached.toFixed(3)} s of [${fileInput}]. Is file truncated?]`,
      );
    }
  }
}

/** The index of an MP4 file lists every sample. A file that ends much earlier is truncated. */
function endsEarly({ format }: OpenInput, { decoder, reached }: Running): boolean {
  const { duration, timeBase } = decoder.stream;
  if (duration === AV_NOPTS_VALUE || !format.iformat?.name?.startsWith('mov')) return false;
  const promised = (Number(duration) * timeBase.num) / timeBase.den;
  return reached < promised * 0.97 - 0.5;
}
