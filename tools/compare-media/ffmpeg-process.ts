import {
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_DISCARD,
  AVFMT_TS_DISCONT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet } from 'node-av/lib';
import { type FfmpegFacts, lengthOf, type PacketTime } from './ffmpeg-facts.ts';

/**
 * Reads one file after the other with FFmpeg's libraries, in a process of its own: a damaged file may end it or keep it
 * busy. It gets paths and sends facts.
 */
process.on('message', (file: string) => {
  factsOf(file).then(
    (facts) => process.send?.(facts),
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      process.send?.({ decodes: false, why } satisfies FfmpegFacts);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

/** Packets in which a decoder must find its first picture. */
const MAX_PACKETS_WITHOUT_PICTURE = 300;

async function factsOf(file: string): Promise<FfmpegFacts> {
  const format = new FormatContext();
  check(await format.openInput(file));
  try {
    check(await format.findStreamInfo());
    const main = format.findBestStream(AVMEDIA_TYPE_VIDEO);
    const picture = format.streams.find(({ index }) => index === main);
    if (!picture) return { decodes: false, why: 'There is no picture.' };
    const codec = Codec.findDecoder(picture.codecpar.codecId);
    if (!codec) return { decodes: false, why: 'FFmpeg has no decoder for the picture.' };
    const context = new CodecContext();
    context.allocContext3(codec);
    check(context.parametersToContext(picture.codecpar));
    check(await context.open2(codec));
    const times = new Map<number, PacketTime[]>();
    const heard = new Set(
      format.streams
        .filter(
          ({ codecpar }) =>
            codecpar.codecType === AVMEDIA_TYPE_AUDIO && Codec.findDecoder(codecpar.codecId),
        )
        .map(({ index }) => index),
    );
    const packet = new Packet();
    packet.alloc();
    const frame = new Frame();
    frame.alloc();
    let decoded = false;
    let tried = 0;
    for (;;) {
      const code = format.readFrameSync(packet);
      if (code < 0) break;
      const { streamIndex } = packet;
      if (streamIndex === main && !decoded && tried < MAX_PACKETS_WITHOUT_PICTURE) {
        tried += 1;
        context.sendPacketSync(packet);
        decoded = context.receiveFrameSync(frame) >= 0;
      }
      const time = timeOf(packet, format.streams[streamIndex]?.timeBase);
      if (time && (streamIndex === main || heard.has(streamIndex))) {
        const known = times.get(streamIndex);
        if (known) known.push(time);
        else times.set(streamIndex, [time]);
      }
      packet.unref();
    }
    if (!decoded) {
      context.sendPacketSync(null);
      decoded = context.receiveFrameSync(frame) >= 0;
    }
    if (!decoded) return { decodes: false, why: 'No picture can be decoded.' };
    return {
      decodes: true,
      height: picture.codecpar.height,
      sound: [...heard].some((index) => times.has(index)),
      measuredSeconds: measured(format, times),
      ...(format.duration > 0n && { statedSeconds: Number(format.duration) / 1e6 }),
    };
  } finally {
    await format.closeInput();
  }
}

function timeOf(
  packet: Packet,
  base: { readonly num: number; readonly den: number } | undefined,
): PacketTime | undefined {
  // What an edit list cuts off.
  if (!base || (packet.flags & AV_PKT_FLAG_DISCARD) !== 0) return undefined;
  const seconds = (ticks: bigint) => (Number(ticks) * base.num) / base.den;
  const hasDecode = packet.dts !== AV_NOPTS_VALUE;
  const shown = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
  if (shown === AV_NOPTS_VALUE) return undefined;
  return {
    ...(hasDecode && { decode: seconds(packet.dts) }),
    shown: seconds(shown),
    seconds: seconds(packet.duration > 0n ? packet.duration : 0n),
  };
}

function measured(format: FormatContext, times: ReadonlyMap<number, readonly PacketTime[]>) {
  const restarts = ((format.iformat?.flags ?? 0) & AVFMT_TS_DISCONT) !== 0;
  const all = [...times.values()];
  const lengths = all.map((packets) => lengthOf(packets, restarts));
  // Sound may begin before the picture.
  const together = restarts ? 0 : lengthOf(all.flat(), false);
  return Math.max(together, ...lengths);
}

function check(code: number): void {
  if (code < 0) throw new Error(new FFmpegError(code).message);
}
