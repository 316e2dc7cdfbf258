import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  MpegTsOutputFormat,
  Output,
  type OutputFormat,
  type VideoTrackMetadata,
  WebMOutputFormat,
} from 'mediabunny';

export interface Sample {
  readonly format: OutputFormat;
  readonly seconds: number;
  readonly frameRate?: number;
  readonly codec?: 'avc' | 'vp9';
  readonly width?: number;
  readonly height?: number;
  readonly sound?: boolean;
  /** Bytes of a picture. */
  readonly pictureBytes?: number;
  readonly track?: VideoTrackMetadata;
}

export const formats = {
  mp4: () => new Mp4OutputFormat({ fastStart: false }),
  mp4IndexFirst: () => new Mp4OutputFormat({ fastStart: 'in-memory' }),
  mp4Fragmented: () => new Mp4OutputFormat({ fastStart: 'fragmented' }),
  mov: () => new MovOutputFormat({ fastStart: false }),
  webm: () => new WebMOutputFormat(),
  webmLive: () => new WebMOutputFormat({ appendOnly: true }),
  mkv: () => new MkvOutputFormat(),
  mpegts: () => new MpegTsOutputFormat(),
};

/** One gray picture of 64x64 pixels in H.264, as three NAL units. */
const PARAMETERS = Uint8Array.from([
  0x67, 0x42, 0xc0, 0x0a, 0xda, 0x10, 0x9b, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00,
  0x03, 0x03, 0x20, 0xf1, 0x22, 0x6a,
]);
const PICTURE_PARAMETERS = Uint8Array.from([0x68, 0xce, 0x03, 0x9c, 0x80]);
const GRAY_PICTURE = Uint8Array.from([
  0x65, 0x88, 0x84, 0x3a, 0x26, 0xe4, 0xe4, 0xe4, 0xeb, 0xae, 0xba, 0xeb, 0xae, 0xba, 0xeb, 0xae,
  0xba, 0xf0,
]);
const FILLER = 12;

const AVC_CONFIG = Uint8Array.from([
  ...[0x01, ...PARAMETERS.slice(1, 4), 0xff, 0xe1],
  ...[0, PARAMETERS.length, ...PARAMETERS],
  ...[0x01, 0, PICTURE_PARAMETERS.length, ...PICTURE_PARAMETERS],
]);
const AAC_CONFIG = Uint8Array.from([0x11, 0x90]);

/** A file from a real muxer; its pictures are gray and its sound is noise. */
export async function sampleFile(sample: Sample): Promise<Uint8Array> {
  const { format, seconds, frameRate = 25, codec = 'avc', width = 640, height = 360 } = sample;
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const video = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(video, sample.track ?? {});
  const audio = sample.sound ? new EncodedAudioPacketSource('aac') : undefined;
  if (audio) output.addAudioTrack(audio);
  await output.start();
  const decoderConfig = {
    codec: codec === 'avc' ? 'avc1.42c00a' : 'vp09.00.10.08',
    codedWidth: width,
    codedHeight: height,
    ...(codec === 'avc' && { description: AVC_CONFIG }),
  };
  const picture = pictureOf(sample.pictureBytes ?? 400);
  const pictures = Math.round(seconds * frameRate);
  for (let i = 0; i < pictures; i += 1) {
    const type = i % 50 === 0 ? 'key' : 'delta';
    const packet = new EncodedPacket(picture, type, i / frameRate, 1 / frameRate);
    await video.add(packet, i === 0 ? { decoderConfig } : undefined);
    if (audio && i % 25 === 0) await addSound(audio, i / frameRate, 25 / frameRate, i === 0);
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

async function addSound(
  audio: EncodedAudioPacketSource,
  start: number,
  seconds: number,
  first: boolean,
): Promise<void> {
  const length = 1024 / 48_000;
  const decoderConfig = {
    codec: 'mp4a.40.2',
    sampleRate: 48_000,
    numberOfChannels: 2,
    description: AAC_CONFIG,
  };
  for (let at = 0; at + length <= seconds; at += length) {
    const packet = new EncodedPacket(new Uint8Array(32).fill(1), 'key', start + at, length);
    await audio.add(packet, first && at === 0 ? { decoderConfig } : undefined);
  }
}

/** A picture in AVC's length-prefixed format, filled up to `bytes` with a unit that decoders skip. */
function pictureOf(bytes: number): Uint8Array {
  const picture = Buffer.concat([
    nalUnit(PARAMETERS),
    nalUnit(PICTURE_PARAMETERS),
    nalUnit(GRAY_PICTURE),
  ]);
  const left = bytes - picture.length - 4;
  if (left < 1) return picture;
  const filler = new Uint8Array(left).fill(0xff);
  filler[0] = FILLER;
  return Buffer.concat([picture, nalUnit(filler)]);
}

function nalUnit(content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}
