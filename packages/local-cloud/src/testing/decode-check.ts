import {
  AV_LOG_ERROR,
  AVCOL_RANGE_JPEG,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  type AVMediaType,
  AVSEEK_CUR,
  AVSEEK_END,
  AVSEEK_SIZE,
} from 'node-av/constants';
import {
  avGetCodecName,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  IOContext,
  Log,
  Packet,
} from 'node-av/lib';

/** Properties of the pictures of a segment, or of one still picture. */
export interface DecodedPicture {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** Name in FFmpeg: `h264`, `mjpeg`. */
  readonly codec: string;
  /** Mean luma of all frames, 0 to 255. */
  readonly brightness: number;
  /** Variance of luma over all frames; near 0 for one flat colour, black for example. */
  readonly variance: number;
  /** How much lines differ from the next one, compared with the one after that; above 1 if two fields are woven. */
  readonly combing: number;
  /** Code points of ITU-T H.273 of the last frame; 2 is unspecified. `fullRange` is true for JPEG. */
  readonly color: {
    readonly primaries: number;
    readonly transfer: number;
    readonly matrix: number;
    readonly fullRange: boolean;
  };
  /** Mean luma of the four quarters: upper left, upper right, lower left, lower right. */
  readonly quarters: readonly [number, number, number, number];
}

export interface DecodedSound {
  /** Samples of each channel. */
  readonly samples: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly codec: string;
  /** Root mean square over all channels, 0 to 1; 0 is silence. */
  readonly loudness: number;
  /** The same for each channel. */
  readonly channelLoudness: readonly number[];
}

/** Only every nth row and column is measured, which is enough for a mean. */
const STEP = 4;

Log.setLevel(AV_LOG_ERROR);

/** Decodes every frame of a CMAF segment. Throws if it cannot be decoded completely. */
export async function decodePicture(
  init: Uint8Array,
  segment: Uint8Array,
): Promise<DecodedPicture> {
  return pictures(Buffer.concat([init, segment]), 'mp4');
}

/** Decodes a JPEG. Throws if it is not one. */
export async function decodeStill(bytes: Uint8Array): Promise<DecodedPicture> {
  return pictures(Buffer.from(bytes), 'jpeg_pipe');
}

/** Decodes every sample of a CMAF audio segment. Throws if it cannot be decoded completely. */
export async function decodeSound(init: Uint8Array, segment: Uint8Array): Promise<DecodedSound> {
  let [samples, sampleRate, channels] = [0, 0, 0];
  const squares: number[] = [];
  const bytes = Buffer.concat([init, segment]);
  const codec = await decode(bytes, 'mp4', AVMEDIA_TYPE_AUDIO, (frame) => {
    samples += frame.nbSamples;
    ({ sampleRate, channels } = frame);
    for (const [channel, plane] of (frame.extendedData ?? []).entries()) {
      let sum = 0;
      for (let at = 0; at + 4 <= plane.length; at += 4) sum += plane.readFloatLE(at) ** 2;
      squares[channel] = (squares[channel] ?? 0) + sum;
    }
  });
  const total = squares.reduce((sum, each) => sum + each, 0);
  return {
    samples,
    sampleRate,
    channels,
    codec,
    loudness: samples && Math.sqrt(total / (samples * squares.length)),
    channelLoudness: squares.map((sum) => Math.sqrt(sum / samples)),
  };
}

async function pictures(bytes: Buffer, format: string): Promise<DecodedPicture> {
  let [frames, width, height, squares] = [0, 0, 0, 0];
  const counts = [0, 0, 0, 0];
  const sums = [0, 0, 0, 0];
  let [nextLine, afterNext] = [0, 0];
  let color = { primaries: 2, transfer: 2, matrix: 2, fullRange: false };
  const codec = await decode(bytes, format, AVMEDIA_TYPE_VIDEO, (frame) => {
    frames += 1;
    ({ width, height } = frame);
    const luma = frame.data?.[0];
    const stride = frame.linesize[0] ?? 0;
    if (luma === undefined) throw new Error('A decoded frame has no luma plane.');
    color = {
      primaries: frame.colorPrimaries,
      transfer: frame.colorTrc,
      matrix: frame.colorSpace,
      fullRange: frame.colorRange === AVCOL_RANGE_JPEG,
    };
    for (let y = 0; y < height; y += STEP) {
      for (let x = 0; x < width; x += STEP) {
        const value = luma[y * stride + x] ?? 0;
        const quarter = (y * 2 < height ? 0 : 2) + (x * 2 < width ? 0 : 1);
        counts[quarter] = (counts[quarter] ?? 0) + 1;
        sums[quarter] = (sums[quarter] ?? 0) + value;
        squares += value * value;
        if (y + 2 >= height) continue;
        nextLine += Math.abs(value - (luma[(y + 1) * stride + x] ?? 0));
        afterNext += Math.abs(value - (luma[(y + 2) * stride + x] ?? 0));
      }
    }
  });
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const count = Math.max(1, total(counts));
  const mean = (quarter: number) => (sums[quarter] ?? 0) / Math.max(1, counts[quarter] ?? 0);
  const brightness = total(sums) / count;
  return {
    frames,
    width,
    height,
    codec,
    brightness,
    variance: squares / count - brightness ** 2,
    combing: nextLine / Math.max(1, afterNext),
    color,
    quarters: [mean(0), mean(1), mean(2), mean(3)],
  };
}

/** Decodes the only track of this kind and returns the name of its codec. */
async function decode(
  bytes: Buffer,
  formats: string,
  kind: AVMediaType,
  take: (frame: Frame) => void,
): Promise<string> {
  const format = new FormatContext();
  const context = new CodecContext();
  const [packet, frame] = [new Packet(), new Frame()];
  format.allocContext();
  const io = memoryInput(bytes);
  format.pb = io;
  // A manifest or playlist instead of media must not be followed.
  const options = Dictionary.fromObject({
    format_whitelist: formats === 'mp4' ? 'mov,mp4,m4a,3gp,3g2,mj2' : formats,
    protocol_whitelist: 'none',
  });
  done(await format.openInput('', null, options), 'The file cannot be opened');
  try {
    done(await format.findStreamInfo(), 'The file has no streams');
    const stream = format.streams.find((each) => each.codecpar.codecType === kind);
    const codec = stream && Codec.findDecoder(stream.codecpar.codecId);
    if (stream === undefined || codec === undefined || codec === null) {
      throw new Error('The file has no track of this kind.');
    }
    context.allocContext3(codec);
    done(context.parametersToContext(stream.codecpar), 'The parameters are not valid');
    done(
      await context.open2(codec, Dictionary.fromObject({ err_detect: 'explode' })),
      'No decoder',
    );
    packet.alloc();
    frame.alloc();
    const drain = async () => {
      while ((await context.receiveFrame(frame)) >= 0) {
        take(frame);
        frame.unref();
      }
    };
    for (;;) {
      const read = await format.readFrame(packet);
      if (read === AVERROR_EOF) break;
      done(read, 'The file is incomplete');
      if (packet.streamIndex === stream.index) {
        done(await context.sendPacket(packet), 'A sample cannot be decoded');
        await drain();
      }
      packet.unref();
    }
    await context.sendPacket(null);
    await drain();
    return avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
  } finally {
    packet.free();
    frame.free();
    context.freeContext();
    await format.closeInput();
    io.freeContext();
  }
}

function memoryInput(bytes: Buffer): IOContext {
  let position = 0;
  const io = new IOContext();
  io.allocContextWithCallbacks(
    64 * 1024,
    0,
    (length) => {
      const chunk = bytes.subarray(position, position + length);
      position += chunk.length;
      return chunk.length === 0 ? null : chunk;
    },
    null,
    (offset, whence) => {
      if (whence === AVSEEK_SIZE) return BigInt(bytes.length);
      const from = whence === AVSEEK_CUR ? position : whence === AVSEEK_END ? bytes.length : 0;
      position = Math.max(0, Math.min(bytes.length, from + Number(offset)));
      return BigInt(position);
    },
  );
  return io;
}

function done(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${new FFmpegError(code).message}`);
}
