import { DamagedMedia } from './damaged-media.ts';
import type { RangedReader } from './ranged-reader.ts';

/** One box of ISO/IEC 14496-12; positions are bytes from the start of the file. */
export interface Box {
  readonly type: string;
  readonly start: number;
  /** Start of the content: 8 bytes after `start`, or 16 with a 64-bit length. */
  readonly content: number;
  readonly end: number;
}

const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;

/**
 * The header of the box at `position`; undefined where fewer than eight bytes are left.
 * @throws DamagedMedia `structure` for a length that cannot be one. A box may extend beyond `limit`: the
 * caller decides what that means.
 */
export async function boxAt(
  reader: RangedReader,
  position: number,
  limit: number,
): Promise<Box | undefined> {
  if (position + HEADER_BYTES > limit) return undefined;
  const bytes = await reader.read(position, Math.min(position + LONG_HEADER_BYTES, limit));
  return parseBox(bytes, position, limit);
}

/** `boxAt` for bytes in memory that begin at `position`. */
export function parseBox(bytes: Uint8Array, position: number, limit: number): Box {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  const short = view.getUint32(0);
  // A length of 0 extends to the end of the file (14496-12, 4.2).
  if (short === 0) return { type, start: position, content: position + HEADER_BYTES, end: limit };
  if (short !== 1) {
    if (short < HEADER_BYTES) throw impossible(type, position, short);
    return { type, start: position, content: position + HEADER_BYTES, end: position + short };
  }
  if (bytes.length < LONG_HEADER_BYTES) throw impossible(type, position, bytes.length);
  const long = view.getBigUint64(8);
  if (long < LONG_HEADER_BYTES || long > Number.MAX_SAFE_INTEGER - position) {
    throw impossible(type, position, long);
  }
  return {
    type,
    start: position,
    content: position + LONG_HEADER_BYTES,
    end: position + Number(long),
  };
}

function impossible(type: string, position: number, length: number | bigint): DamagedMedia {
  const name = printable(type);
  return new DamagedMedia(
    'structure',
    `Box ${name} at byte ${position} has a length of ${length}.`,
  );
}

/** A four-character code, printable in a message. */
export function printable(type: string): string {
  return `"${type.replace(/[^\x20-\x7e]/g, '?')}"`;
}

/** True for four printable characters, as in every box type in use. */
export function looksLikeType(type: string): boolean {
  return /^[\x20-\x7e\xa9]{4}$/.test(type);
}
