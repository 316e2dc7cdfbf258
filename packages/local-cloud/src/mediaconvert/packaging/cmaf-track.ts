import { AVIO_FLAG_WRITE } from 'node-av/constants';
import {
  avGetCodecString,
  type CodecContext,
  Dictionary,
  FormatContext,
  IOContext,
  type Packet,
} from 'node-av/lib';
import { expectDone, expectPresent } from '../transcode/ffmpeg-result.ts';
import type { Ratio } from '../transcode/frame-size.ts';

/** A range of bytes of the track's file. `end` is exclusive. */
export interface ByteRun {
  readonly start: number;
  readonly end: number;
}

/** A complete segment: whole CMAF fragments, the first of which starts with a keyframe. */
export interface Segment extends ByteRun {
  /** Presentation time of its first sample and its length, in the track's ticks. */
  readonly time: number;
  readonly duration: number;
}

export interface FinishedTrack {
  /** RFC 6381, for example `avc1.64001F` or `mp4a.40.2`. */
  readonly codec: string;
  /** The unit of times and durations, in seconds: 1001/30000 (a frame), 1/48000 (a sample). */
  readonly ticks: Ratio;
  readonly init: ByteRun;
  readonly segments: readonly Segment[];
}

/**
 * One rendition as a fragmented MP4 file. Its segments are byte ranges, so that separate segment files and a
 * single file have the same bytes. Composition offsets are signed, so that the timeline of every track starts
 * at 0 (videoCompositionOffsets SIGNED).
 */
export interface CmafTrack {
  readonly init: ByteRun;
  /** Writes a packet in the time base of the encoder. Call `cut` before the first packet of a segment. */
  write(packet: Packet): void;
  cut(what: 'fragment' | 'segment', time: number): void;
  finish(endTime: number): FinishedTrack;
}

/** Opens the file and writes the initialization segment. `ticks` is the encoder's time base. */
export async function openCmafTrack(
  path: string,
  context: CodecContext,
  ticks: Ratio,
  segmentDone: (segment: Segment) => void,
): Promise<CmafTrack> {
  const format = new FormatContext();
  expectDone(format.allocOutputContext2(null, 'mp4', path), 'MP4 muxer');
  const stream = format.newStream();
  expectDone(context.parametersFromContext(stream.codecpar), 'Codec parameters');
  stream.codecpar.codecTag = 0;
  stream.timeBase = context.timeBase;
  const io = new IOContext();
  expectDone(await io.open2(path, AVIO_FLAG_WRITE), `Opening ${path}`);
  format.pb = io;
  const options = Dictionary.fromObject({
    movflags: 'frag_custom+empty_moov+default_base_moof+cmaf+skip_trailer+negative_cts_offsets',
    use_editlist: 0,
    brand: 'cmfc',
  });
  expectDone(await format.writeHeader(options), 'MP4 header');
  const position = () => {
    io.flushSync();
    return Number(io.tell());
  };
  const init: ByteRun = { start: 0, end: position() };
  const segments: Segment[] = [];
  const codec = expectPresent(avGetCodecString(stream.codecpar), 'codec string');
  let from = init.end;
  let time = 0;
  const closeSegment = (next: number) => {
    expectDone(format.writeFrameSync(null), 'MP4 fragment');
    const end = position();
    if (end === from) return;
    const segment: Segment = { start: from, end, time, duration: next - time };
    segments.push(segment);
    segmentDone(segment);
    from = end;
    time = next;
  };
  return {
    init,
    write(packet) {
      packet.streamIndex = 0;
      packet.rescaleTs(context.timeBase, stream.timeBase);
      expectDone(format.writeFrameSync(packet), 'MP4 sample');
    },
    cut(what, next) {
      if (what === 'segment') closeSegment(next);
      else expectDone(format.writeFrameSync(null), 'MP4 fragment');
    },
    finish(endTime) {
      closeSegment(endTime);
      expectDone(format.writeTrailerSync(), 'MP4 trailer');
      // Freeing a context with an attached output would close the output twice.
      format.pb = null;
      io.closepSync();
      format.freeContext();
      return { codec, ticks, init, segments };
    },
  };
}
