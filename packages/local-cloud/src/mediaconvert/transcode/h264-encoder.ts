import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, type Frame, Packet, Rational } from 'node-av/lib';
import { expectDone, expectPresent, isDry } from './ffmpeg-result.ts';
import type { OutputSize, Ratio } from './frame-size.ts';

/** The x264 options of a rendition, without size and rate. */
export interface H264Options {
  readonly options: Readonly<Record<string, string | number>>;
  /** Whether this frame (numbered from 0) must start a group of pictures. */
  readonly keyframe: (frame: number) => boolean;
}

export interface Encoder {
  readonly context: CodecContext;
  /** Encodes a frame (null: the end) and yields the packets, in the context's time base. */
  encode(frame: Frame | null, take: (packet: Packet) => Promise<void>): Promise<void>;
  close(): void;
}

/** Opens x264. `like` is the first frame; its colour properties are written into the stream. */
export async function openH264(
  like: Frame,
  size: OutputSize,
  rate: Ratio,
  { options, keyframe }: H264Options,
): Promise<Encoder> {
  const codec = expectPresent(Codec.findEncoderByName('libx264' as never), 'encoder libx264');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(rate.den, rate.num);
  context.framerate = new Rational(rate.num, rate.den);
  context.sampleAspectRatio = new Rational(size.par.num, size.par.den);
  context.colorRange = like.colorRange;
  context.colorPrimaries = like.colorPrimaries;
  context.colorTrc = like.colorTrc;
  context.colorSpace = like.colorSpace;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  expectDone(await context.open2(codec, Dictionary.fromObject({ ...options })), 'Opening x264');
  return encoderOf(context, (frame) => {
    frame.pictType = keyframe(Number(frame.pts)) ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  });
}

/** Runs an open codec context. */
export function encoderOf(context: CodecContext, prepare?: (frame: Frame) => void): Encoder {
  const packet = new Packet();
  packet.alloc();
  return {
    context,
    async encode(frame, take) {
      if (frame !== null) prepare?.(frame);
      expectDone(await context.sendFrame(frame), 'Encoding');
      for (;;) {
        const code = await context.receivePacket(packet);
        if (isDry(code)) return;
        expectDone(code, 'Encoding');
        await take(packet);
        packet.unref();
      }
    },
    close() {
      packet.free();
      context.freeContext();
    },
  };
}
