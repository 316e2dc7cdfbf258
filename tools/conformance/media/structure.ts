/** One box, element or packet of a file: bytes from its start. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Offset and size of the length field; size 0 for a packet of fixed length. */
  readonly lengthAt: number;
  readonly lengthBytes: number;
  /** Number of enclosing pieces. */
  readonly depth: number;
}

export type Kind = 'isobmff' | 'ebml' | 'packets' | 'other';

export interface Structure {
  readonly kind: Kind;
  readonly pieces: readonly Piece[];
}

/** More pieces take time and do not make other mutants. */
const MAX_PIECES = 4_000;
const MAX_DEPTH = 32;

/** The pieces of a valid file; a file of another kind has none. */
export function structureOf(file: Buffer): Structure {
  if (file.length > 12 && /^(ftyp|styp|moov|mdat|free|wide)$/.test(file.toString('latin1', 4, 8))) {
    return { kind: 'isobmff', pieces: boxes(file, 0, file.length, 0) };
  }
  if (file.length > 4 && file.readUInt32BE(0) === 0x1a45dfa3) {
    return { kind: 'ebml', pieces: elements(file, 0, file.length, 0) };
  }
  const packets = packetsOf(file);
  return packets.length > 0 ? { kind: 'packets', pieces: packets } : { kind: 'other', pieces: [] };
}

/** Boxes that contain boxes, with the number of bytes before the first of them (ISO/IEC 14496-12). */
const CONTAINER_BOXES: Readonly<Record<string, number>> = {
  moov: 0,
  trak: 0,
  mdia: 0,
  minf: 0,
  dinf: 0,
  stbl: 0,
  edts: 0,
  mvex: 0,
  moof: 0,
  traf: 0,
  udta: 0,
  dref: 8,
  stsd: 8,
  avc1: 78,
};

function boxes(file: Buffer, from: number, to: number, depth: number): Piece[] {
  const found: Piece[] = [];
  for (let at = from; at + 8 <= to && found.length < MAX_PIECES; ) {
    const short = file.readUInt32BE(at);
    const isLong = short === 1 && at + 16 <= to;
    const length = isLong ? Number(file.readBigUInt64BE(at + 8)) : short === 0 ? to - at : short;
    const end = at + length;
    if (length < 8 || end > to) break;
    found.push({
      start: at,
      end,
      lengthAt: isLong ? at + 8 : at,
      lengthBytes: isLong ? 8 : 4,
      depth,
    });
    const own = CONTAINER_BOXES[file.toString('latin1', at + 4, at + 8)];
    if (own !== undefined && depth < MAX_DEPTH)
      found.push(...boxes(file, at + (isLong ? 16 : 8) + own, end, depth + 1));
    at = end;
  }
  return found;
}

/** Segment, SeekHead, Info, Tracks, TrackEntry, Video, Audio, Cluster, BlockGroup, Cues, CuePoint (RFC 9559). */
const MASTERS = new Set([
  0x18538067, 0x114d9b74, 0x1549a966, 0x1654ae6b, 0xae, 0xe0, 0xe1, 0x1f43b675, 0xa0, 0x1c53bb6b,
  0xbb,
]);

function elements(file: Buffer, from: number, to: number, depth: number): Piece[] {
  const found: Piece[] = [];
  for (let at = from; at < to && found.length < MAX_PIECES; ) {
    const idBytes = Math.clz32(file[at] ?? 0) - 23;
    const lengthAt = at + idBytes;
    const lengthBytes = Math.clz32(file[lengthAt] ?? 0) - 23;
    const content = lengthAt + lengthBytes;
    if (idBytes > 4 || lengthBytes > 8 || content > to) break;
    const id = file.readUIntBE(at, idBytes);
    const end = Math.min(content + variableLength(file, lengthAt, lengthBytes), to);
    found.push({ start: at, end, lengthAt, lengthBytes, depth });
    if (MASTERS.has(id) && depth < MAX_DEPTH)
      found.push(...elements(file, content, end, depth + 1));
    at = end;
  }
  return found;
}

/** EBML's variable-length integer (RFC 8794, 4); all ones is an unknown length: to the end. */
function variableLength(file: Buffer, at: number, bytes: number): number {
  let value = (file[at] ?? 0) & (0xff >> bytes);
  let unknown = value === 0xff >> bytes;
  for (let next = at + 1; next < at + bytes; next += 1) {
    const byte = file[next] ?? 0;
    unknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return unknown ? Number.POSITIVE_INFINITY : value;
}

/** MPEG-TS packets of 188 bytes, or of 192 with a time code before each (ISO/IEC 13818-1, 2.4.3.2). */
function packetsOf(file: Buffer): Piece[] {
  for (const [size, offset] of [
    [188, 0],
    [192, 4],
  ] as const) {
    const synchronous = [0, 1, 2].every((n) => file[offset + n * size] === 0x47);
    if (!synchronous) continue;
    const count = Math.min(Math.floor(file.length / size), MAX_PIECES);
    return Array.from({ length: count }, (_, n) => ({
      start: n * size,
      end: (n + 1) * size,
      lengthAt: n * size + offset,
      lengthBytes: 0,
      depth: 0,
    }));
  }
  return [];
}
