/** The size of the pictures of an H.264 stream. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly interlaced: boolean;
}

const START_CODE = Buffer.from([0, 0, 1]);
const SEQUENCE_PARAMETERS = 7;
/** Parameter sets have some tens of bytes. */
const MAX_BYTES = 1024;
/** Profiles whose parameter sets describe the chroma format: ITU-T H.264, 7.3.2.1.1. */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const MACROBLOCK = 16;
const MAX_SIDE = 16_384;

/**
 * Size by the first whole sequence parameter set in the byte stream (ITU-T H.264, 7.3.2.1.1 and annex B); undefined
 * without one. MediaInfo describes a stream only from its first key picture on, which a short piece may not have.
 */
export function h264Size(bytes: Buffer): PictureSize | undefined {
  for (let at = bytes.indexOf(START_CODE); at >= 0; at = bytes.indexOf(START_CODE, at + 3)) {
    if (((bytes[at + 3] ?? 0) & 0x1f) !== SEQUENCE_PARAMETERS) continue;
    const size = parsed(withoutEscapes(bytes.subarray(at + 4, at + 4 + MAX_BYTES)));
    if (size) return size;
  }
  return undefined;
}

function parsed(bytes: Uint8Array): PictureSize | undefined {
  const bits = bitReader(bytes);
  const profile = bits.read(8);
  bits.read(16);
  bits.golomb();
  let chroma = 1;
  if (HIGH_PROFILES.has(profile)) {
    chroma = bits.golomb();
    if (chroma === 3) bits.read(1);
    bits.golomb();
    bits.golomb();
    bits.read(1);
    if (bits.read(1) === 1) skipScalingLists(bits, chroma === 3 ? 12 : 8);
  }
  bits.golomb();
  skipPictureOrder(bits);
  bits.golomb();
  bits.read(1);
  const columns = bits.golomb() + 1;
  const rows = bits.golomb() + 1;
  const frames = bits.read(1);
  if (frames === 0) bits.read(1);
  bits.read(1);
  const crop = bits.read(1) === 1 ? [1, 2, 3, 4].map(() => bits.golomb()) : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (2 - frames);
  const width = columns * MACROBLOCK - (left + right) * unitX;
  const height = rows * MACROBLOCK * (2 - frames) - (top + bottom) * unitY;
  const isPossible = [width, height].every((side) => side > 0 && side <= MAX_SIDE);
  return bits.isWhole() && isPossible ? { width, height, interlaced: frames === 0 } : undefined;
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.golomb();
  if (type === 0) bits.golomb();
  if (type !== 1) return;
  bits.read(1);
  bits.golomb();
  bits.golomb();
  for (let left = Math.min(bits.golomb(), 255); left > 0; left -= 1) bits.golomb();
}

/** ITU-T H.264, 7.3.2.1.1.1 */
function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    if (bits.read(1) === 0) continue;
    let [last, next] = [8, 8];
    for (let left = list < 6 ? 16 : 64; left > 0 && bits.isWhole(); left -= 1) {
      if (next !== 0) next = (last + signed(bits.golomb()) + 256) % 256;
      last = next === 0 ? last : next;
    }
  }
}

function signed(code: number): number {
  return code % 2 === 0 ? -code / 2 : (code + 1) / 2;
}

interface BitReader {
  read(count: number): number;
  /** ITU-T H.264, 9.1: an unsigned exponential Golomb code. */
  golomb(): number;
  /** No bit behind the end was read. */
  isWhole(): boolean;
}

function bitReader(bytes: Uint8Array): BitReader {
  let position = 0;
  const read = (count: number) => {
    let value = 0;
    for (let left = count; left > 0; left -= 1, position += 1) {
      value = value * 2 + (((bytes[position >> 3] ?? 0) >> (7 - (position & 7))) & 1);
    }
    return value;
  };
  return {
    read,
    golomb() {
      let zeros = 0;
      while (zeros < 32 && position < bytes.length * 8 && read(1) === 0) zeros += 1;
      return 2 ** zeros - 1 + read(zeros);
    },
    isWhole: () => position <= bytes.length * 8,
  };
}

/** ITU-T H.264, 7.4.1: the byte 3 after two zeros keeps start codes out of the content. */
function withoutEscapes(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, at) => !(byte === 3 && bytes[at - 1] === 0 && bytes[at - 2] === 0));
}
