import { AVERROR_EOF } from 'node-av/constants';
import { avCompareTs, Dictionary, FormatContext, Packet, type Stream } from 'node-av/lib';
import { expectDone, expectPresent } from '../transcode/ffmpeg-result.ts';

interface Part {
  readonly input: FormatContext;
  readonly from: Stream;
  readonly to: Stream;
  readonly packet: Packet;
  ended: boolean;
}

/** Combines local single-track files into one MP4 file, interleaved by time. */
export async function joinTracks(
  paths: readonly string[],
  target: string,
  indexFirst: boolean,
): Promise<void> {
  const output = new FormatContext();
  expectDone(output.allocOutputContext2(null, 'mp4', target), 'MP4 muxer');
  const parts: Part[] = [];
  for (const path of paths) {
    const input = new FormatContext();
    expectDone(await input.openInput(path), `Opening ${path}`);
    expectDone(await input.findStreamInfo(), `Reading ${path}`);
    const from = expectPresent(input.streams[0], `track in ${path}`);
    const to = output.newStream();
    from.codecpar.copy(to.codecpar);
    to.codecpar.codecTag = 0;
    to.timeBase = from.timeBase;
    const packet = new Packet();
    packet.alloc();
    parts.push({ input, from, to, packet, ended: false });
  }
  expectDone(await output.openOutput(), `Opening ${target}`);
  const options = Dictionary.fromObject(indexFirst ? { movflags: '+faststart' } : {});
  expectDone(await output.writeHeader(options), 'MP4 header');
  for (const part of parts) await advance(part);
  for (;;) {
    const part = earliest(parts);
    if (part === undefined) break;
    part.packet.streamIndex = parts.indexOf(part);
    part.packet.rescaleTs(part.from.timeBase, part.to.timeBase);
    expectDone(output.writeFrameSync(part.packet), 'MP4 sample');
    part.packet.unref();
    await advance(part);
  }
  expectDone(await output.writeTrailer(), 'MP4 trailer');
  await output.closeOutput();
  for (const { input, packet } of parts) {
    packet.free();
    await input.closeInput();
  }
}

async function advance(part: Part): Promise<void> {
  const code = await part.input.readFrame(part.packet);
  if (code === AVERROR_EOF) part.ended = true;
  else expectDone(code, 'Reading a track');
}

function earliest(parts: readonly Part[]): Part | undefined {
  const left = parts.filter((part) => !part.ended);
  return left.reduce<Part | undefined>((first, part) => {
    if (first === undefined) return part;
    const order = avCompareTs(
      part.packet.dts,
      part.from.timeBase,
      first.packet.dts,
      first.from.timeBase,
    );
    return order < 0 ? part : first;
  }, undefined);
}
