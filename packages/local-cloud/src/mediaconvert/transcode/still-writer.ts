import { writeFile } from 'node:fs/promises';
import { AV_PIX_FMT_YUVJ420P } from 'node-av/constants';
import { Codec, CodecContext, Dictionary, type Frame, Rational } from 'node-av/lib';
import { expectDone, expectPresent } from './ffmpeg-result.ts';
import { type Encoder, encoderOf } from './h264-encoder.ts';
import { jpegQuantizer } from './jpeg-quantizer.ts';

/** Encodes single frames as JPEG files. */
export interface StillWriter {
  write(frame: Frame): Promise<void>;
  close(): void;
}

/** Calls `written` with the number of each capture (from 0), its path and its size. */
export function stillWriter(
  pathOf: (capture: number) => string,
  quality: number,
  written: (capture: number, path: string, bytes: number) => void,
): StillWriter {
  let encoder: Encoder | undefined;
  let count = 0;
  return {
    async write(frame) {
      encoder ??= await openJpeg(frame, jpegQuantizer(quality));
      const number = count;
      count += 1;
      // The select filter keeps the times of the source. A codec only needs increasing times.
      frame.pts = BigInt(number);
      frame.quality = FF_QP2LAMBDA * jpegQuantizer(quality);
      await encoder.encode(frame, async (packet) => {
        const path = pathOf(number);
        const bytes = expectPresent(packet.data, 'JPEG bytes');
        await writeFile(path, bytes);
        written(number, path, bytes.length);
      });
    },
    close: () => encoder?.close(),
  };
}

/** The unit of quality in FFmpeg. */
const FF_QP2LAMBDA = 118;

async function openJpeg(like: Frame, quantizer: number): Promise<Encoder> {
  const codec = expectPresent(Codec.findEncoderByName('mjpeg' as never), 'encoder mjpeg');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = like.width;
  context.height = like.height;
  context.pixelFormat = AV_PIX_FMT_YUVJ420P;
  context.colorRange = like.colorRange;
  context.timeBase = new Rational(1, 1);
  // One thread, since several would delay frames, and the job may end with the next one.
  context.threadCount = 1;
  const options = { qmin: quantizer, qmax: quantizer, flags: '+qscale' };
  expectDone(
    await context.open2(codec, Dictionary.fromObject(options)),
    'Opening the JPEG encoder',
  );
  return encoderOf(context);
}
