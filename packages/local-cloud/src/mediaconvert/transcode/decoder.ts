import { AV_CODEC_ID_NONE } from 'node-av/constants';
import {
  avGetCodecName,
  Codec,
  CodecContext,
  Dictionary,
  Frame,
  type Packet,
  type Stream,
} from 'node-av/lib';
import { isDry } from './ffmpeg-result.ts';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import { MAX_PIXELS } from './open-input.ts';

/** Decodes one stream and counts the packets that could not be decoded. */
export interface Decoder {
  readonly stream: Stream;
  decoded(): number;
  /** The number of packets that the codec refused. */
  damaged(): number;
  /** Decodes a packet (null: the end) and yields the frames. The frame object is reused. */
  feed(packet: Packet | null, take: (frame: Frame) => Promise<void>): Promise<void>;
  close(): void;
}

/** Throws JobFailure 1030 for a codec or a size that is not supported. */
export async function openDecoder(stream: Stream, kind: 'Video' | 'Audio'): Promise<Decoder> {
  const { codecpar } = stream;
  const codec = codecpar.codecId === AV_CODEC_ID_NONE ? null : Codec.findDecoder(codecpar.codecId);
  const name = avGetCodecName(codecpar.codecId) ?? 'unknown';
  if (codec === null) throw unsupported(kind, name);
  if (codecpar.width * codecpar.height > MAX_PIXELS) {
    throw new JobFailure(
      FAILURE_CODES.unsupportedCodec,
      `Unsupported video input: [${codecpar.width}x${codecpar.height} is more than ${MAX_PIXELS} pixels]`,
    );
  }
  const context = new CodecContext();
  context.allocContext3(codec);
  context.parametersToContext(codecpar);
  context.pktTimebase = stream.timeBase;
  context.threadCount = kind === 'Video' ? 0 : 1;
  const opened = await context.open2(
    codec,
    Dictionary.fromObject(kind === 'Video' ? { max_pixels: MAX_PIXELS } : {}),
  );
  if (opened < 0) {
    context.freeContext();
    throw unsupported(kind, name);
  }
  const frame = new Frame();
  frame.alloc();
  let decoded = 0;
  let damaged = 0;
  const drain = async (take: (frame: Frame) => Promise<void>) => {
    for (;;) {
      const code = await context.receiveFrame(frame);
      if (code < 0) {
        if (!isDry(code)) damaged += 1;
        return code;
      }
      decoded += 1;
      await take(frame);
      frame.unref();
    }
  };
  return {
    stream,
    decoded: () => decoded,
    damaged: () => damaged,
    async feed(packet, take) {
      const code = await context.sendPacket(packet);
      if (code < 0 && !isDry(code)) damaged += 1;
      await drain(take);
    },
    close() {
      frame.free();
      context.freeContext();
    },
  };
}

function unsupported(kind: string, codec: string): JobFailure {
  return new JobFailure(
    FAILURE_CODES.unsupportedCodec,
    `${kind} codec [${codec}] is not a supported input ${kind.toLowerCase()} codec`,
  );
}
