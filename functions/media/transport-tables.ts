import { h264Size, type PictureSize } from './h264-size.ts';
import { type PacketGrid, packetGrid } from './transport-packets.ts';

/** Stream types of program tables: ISO/IEC 13818-1, table 2-34; 0x81 and 0x24 are ATSC's AC-3 and HEVC. */
const MPEG1_AUDIO = 0x03;
const MPEG2_VIDEO = 0x02;
const ADTS_AAC = 0x0f;
const MPEG4_VIDEO = 0x10;
const LATM_AAC = 0x11;
const H264 = 0x1b;
const HEVC = 0x24;
const AC3 = 0x81;

const PACKET = 188;
/** Packets with a timecode in front (Blu-ray, AVCHD). */
const TIMECODED = 192;
const TIMECODE_BYTES = 4;
/** Of the identifiers that ISO/IEC 13818-1 leaves to programs, one at the end, which recordings rarely use. */
const TABLE_PID = 0x1ffe;
const PROGRAM = 1;
/** A recording of one program has a handful of streams; a whole transponder some hundred. */
const MAX_STREAMS = 16;
/** How much of each stream decides its type. */
const MAX_SAMPLE = 64 * 1024;

/** What the bytes of a transport stream say without its program tables. */
export interface RecognizedStreams {
  /**
   * Tables (PAT and PMT) for a piece that has none, or has them behind its first picture. They belong in front of the
   * byte `from`, where the first whole packet begins.
   */
  readonly tables: Uint8Array;
  readonly from: number;
  /** Of H.264 streams by packet identifier. */
  readonly sizes: ReadonlyMap<number, PictureSize>;
}

/** Recognizes each stream by its bytes; undefined if there is none. */
export function recognizeStreams(bytes: Uint8Array): RecognizedStreams | undefined {
  const grid = packetGrid(bytes);
  if (!grid) return undefined;
  const streams = [...samplesOf(bytes, grid)].flatMap(([pid, sample]) => {
    const type = typeOf(sample);
    const size = type === H264 ? h264Size(sample.bytes) : undefined;
    return type === undefined ? [] : [{ pid, type, size }];
  });
  if (streams.length === 0) return undefined;
  const lead = grid.stride === TIMECODED && grid.first >= TIMECODE_BYTES ? TIMECODE_BYTES : 0;
  return {
    tables: tablesOf(streams, lead, grid.stride - PACKET - lead),
    from: grid.first - lead,
    sizes: new Map(streams.flatMap(({ pid, size }) => (size ? [[pid, size]] : []))),
  };
}

function tablesOf(
  streams: readonly { readonly pid: number; readonly type: number }[],
  before: number,
  behind: number,
): Uint8Array {
  const pat = [0x00, PROGRAM, 0xe0 | (TABLE_PID >> 8), TABLE_PID & 0xff];
  const clock = streams[0]?.pid ?? 0;
  const pmt = [0xe0 | (clock >> 8), clock & 0xff, 0xf0, 0x00].concat(
    streams.flatMap(({ pid, type }) => [type, 0xe0 | (pid >> 8), pid & 0xff, 0xf0, 0x00]),
  );
  return Buffer.concat(
    [packet(0, section(0x00, pat)), packet(TABLE_PID, section(0x02, pmt))].flatMap((bytes) => [
      new Uint8Array(before),
      bytes,
      new Uint8Array(Math.max(0, behind)),
    ]),
  );
}

interface Sample {
  readonly streamId: number;
  readonly bytes: Buffer;
}

/** The first bytes of each stream, from its first packet with a presentation time on. */
function samplesOf(bytes: Uint8Array, grid: PacketGrid): ReadonlyMap<number, Sample> {
  const found = new Map<number, { streamId: number; parts: Uint8Array[]; length: number }>();
  for (let at = grid.first; at + PACKET <= bytes.length; at += grid.stride) {
    const [sync = 0, high = 0, low = 0, control = 0, adaptation = 0] = bytes.subarray(at, at + 5);
    const scrambled = (control & 0xc0) !== 0;
    if (sync !== 0x47 || scrambled || (control & 0x10) === 0) continue;
    const payload = bytes.subarray(
      Math.min(at + 4 + ((control & 0x20) !== 0 ? 1 + adaptation : 0), at + PACKET),
      at + PACKET,
    );
    const pid = ((high & 0x1f) << 8) | low;
    const known = found.get(pid);
    if (known && known.length < MAX_SAMPLE) {
      known.parts.push(payload);
      known.length += payload.length;
    } else if (!known && (high & 0x40) !== 0 && found.size < MAX_STREAMS) {
      const isPes = payload[0] === 0 && payload[1] === 0 && payload[2] === 1;
      const media = payload.subarray(9 + (payload[8] ?? 0));
      if (isPes)
        found.set(pid, { streamId: payload[3] ?? 0, parts: [media], length: media.length });
    }
  }
  return new Map(
    [...found].map(([pid, { streamId, parts }]) => [
      pid,
      { streamId, bytes: Buffer.concat(parts) },
    ]),
  );
}

/** ISO/IEC 13818-1, table 2-22: what the stream id says, and what the first bytes say. */
function typeOf({ streamId, bytes }: Sample): number | undefined {
  if ((streamId & 0xf0) === 0xe0) return videoType(bytes);
  const [first = 0, second = 0] = bytes;
  if (first === 0x0b && second === 0x77) return AC3;
  if ((streamId & 0xe0) !== 0xc0) return undefined;
  if (first === 0x56 && (second & 0xe0) === 0xe0) return LATM_AAC;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  // Layer 0 is reserved in MPEG audio: an ADTS header.
  return (second & 0x06) === 0 ? ADTS_AAC : MPEG1_AUDIO;
}

/** By the start code of a sequence, which each codec numbers differently. */
function videoType(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(START_CODE); at >= 0; at = bytes.indexOf(START_CODE, at + 3)) {
    const [code = 0, next = 0] = bytes.subarray(at + 3, at + 5);
    if (code === 0xb3) return MPEG2_VIDEO;
    if (code === 0xb0 || code === 0x20) return MPEG4_VIDEO;
    // Video parameter set (32) or access unit delimiter (35), layer 0, temporal id 1: ITU-T H.265, 7.3.1.2.
    if ((code === 0x40 || code === 0x46) && next === 0x01) return HEVC;
    // Sequence parameter set (7) or access unit delimiter (9): ITU-T H.264, 7.3.1.
    if ((code & 0x9f) === 0x07 || code === 0x09) return H264;
  }
  return undefined;
}

const START_CODE = Buffer.from([0, 0, 1]);

/** A table section: ISO/IEC 13818-1, 2.4.4.3 and 2.4.4.9. */
function section(tableId: number, body: readonly number[]): number[] {
  const length = 5 + body.length + 4;
  // Length; then program or stream 1, version 0, current, the only section.
  const head = [tableId, 0xb0 | (length >> 8), length & 0xff, 0x00, PROGRAM, 0xc1, 0x00, 0x00];
  const bytes = [...head, ...body];
  const crc = crc32(bytes);
  return [...bytes, crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff];
}

/** One packet that starts with a section, filled with ones. */
function packet(pid: number, bytes: readonly number[]): Uint8Array {
  const whole = new Uint8Array(PACKET).fill(0xff);
  whole.set([0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10, 0x00, ...bytes]);
  return whole;
}

/** ISO/IEC 13818-1, annex A: bits in the order of transmission, without a final complement. */
function crc32(bytes: readonly number[]): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1)
      crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  }
  return crc >>> 0;
}
