import { join } from 'node:path';
import { AV_LOG_ERROR, AVERROR_EOF } from 'node-av/constants';
import { Dictionary, FFmpegError, FormatContext, Log, Packet, type Stream } from 'node-av/lib';
import { makeSampleVideo } from '../../sample-video/make-sample-video.ts';

const FRAGMENTED = '+empty_moov+default_base_moof';

/**
 * The place of an MP4's index: before the media, after it, or in pieces before each fragment. Recorders write
 * fragments of some seconds. One for each frame, about 14,000 in 1 GB, is the maximum; the encoder of the clip makes
 * every frame a key frame.
 */
export const LAYOUTS = {
  'index first': { movflags: '+faststart' },
  'index last': {},
  fragmented: { movflags: FRAGMENTED, frag_duration: '2000000' },
  'a fragment for each frame': { movflags: `${FRAGMENTED}+frag_keyframe` },
} as const;
export type Layout = keyof typeof LAYOUTS;

/** Ten seconds like those of a phone: 1080p at 16 Mbit/s in H.264, stereo in AAC. */
export async function makeClip(folder: string): Promise<string> {
  const out = join(folder, 'clip.mp4');
  Log.setLevel(AV_LOG_ERROR);
  await makeSampleVideo({ out, seconds: 10, width: 1920, height: 1080, megabytes: 20 });
  return out;
}

/**
 * Repeats the clip's packets until the file has `bytes` bytes: a real MP4 of that length with an index for all of its
 * frames, without the time to encode them.
 */
export async function repeatClip(
  clip: string,
  out: string,
  layout: Layout,
  bytes: number,
): Promise<void> {
  const { input, packets, seconds } = await readClip(clip);
  const output = new FormatContext();
  check(output.allocOutputContext2(null, 'mp4', out), 'Muxer');
  const pairs = input.streams.map((from) => {
    const to = output.newStream();
    check(from.codecpar.copy(to.codecpar), 'Parameters');
    to.codecpar.codecTag = 0;
    to.timeBase = from.timeBase;
    return { from, to };
  });
  check(await output.openOutput(), out);
  check(await output.writeHeader(Dictionary.fromObject({ ...LAYOUTS[layout] })), 'Header');
  let written = 0;
  for (let round = 0; written < bytes; round++) {
    for (const packet of packets) {
      const pair = pairs[packet.streamIndex];
      const copy = packet.clone();
      if (!pair || !copy) throw new Error('A packet of the clip cannot be repeated.');
      written += copy.size;
      shift(copy, pair.from, round * seconds);
      copy.rescaleTs(pair.from.timeBase, pair.to.timeBase);
      check(await output.interleavedWriteFrame(copy), 'Writing');
      copy.free();
    }
  }
  check(await output.writeTrailer(), 'Trailer');
  await output.closeOutput();
  for (const packet of packets) packet.free();
  await input.closeInput();
}

async function readClip(clip: string) {
  const input = new FormatContext();
  check(await input.openInput(clip), clip);
  check(await input.findStreamInfo(), clip);
  const packets: Packet[] = [];
  for (;;) {
    const packet = new Packet();
    packet.alloc();
    const read = await input.readFrame(packet);
    if (read === AVERROR_EOF) return { input, packets, seconds: length(input, packets) };
    check(read, clip);
    packets.push(packet);
  }
}

/** Seconds from the earliest start of a track to the latest end. Repeats at this distance do not overlap. */
function length({ streams }: FormatContext, packets: readonly Packet[]): number {
  let [first, last] = [0, 0];
  for (const { streamIndex, dts, duration } of packets) {
    const { num, den } = streams[streamIndex]?.timeBase ?? { num: 0, den: 1 };
    first = Math.min(first, (Number(dts) * num) / den);
    last = Math.max(last, (Number(dts + duration) * num) / den);
  }
  return last - first;
}

function shift(packet: Packet, { timeBase }: Stream, seconds: number): void {
  const ticks = BigInt(Math.round((seconds * timeBase.den) / timeBase.num));
  packet.pts += ticks;
  packet.dts += ticks;
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${new FFmpegError(code).message}`);
}
