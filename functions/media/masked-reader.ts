import type { Box } from './isobmff-box.ts';
import type { RangedReader } from './ranged-reader.ts';

const FREE = Uint8Array.from([0x66, 0x72, 0x65, 0x65]); // "free": the box that every parser skips

/**
 * The same file with some boxes masked: their type reads as `free` and their content as zeros, without a fetch.
 * A parser that would load a movie's sample tables as a whole (tens of megabytes in a long video, billions of
 * entries in a hostile one) sees only what describes the tracks.
 *
 * @param size where the file seems to end: everything after it is masked too
 */
export function maskedReader(
  reader: RangedReader,
  masked: readonly Box[],
  size: number,
): RangedReader {
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    const start = Math.min(from, size);
    const end = Math.min(to, size);
    const inside = masked.filter((box) => box.start < end && box.end > start);
    if (inside.length === 0) return reader.read(start, end);
    const bytes = new Uint8Array(end - start);
    let position = start;
    for (const box of inside) {
      if (box.content > position)
        await copyInto(bytes, start, position, Math.min(box.content, end));
      writeType(bytes, start, box);
      position = Math.max(position, box.end);
    }
    if (position < end) await copyInto(bytes, start, position, end);
    return bytes;
  };

  const copyInto = async (bytes: Uint8Array, origin: number, from: number, to: number) => {
    bytes.set(await reader.read(from, to), from - origin);
  };

  return { size, read, cost: reader.cost, affords: reader.affords };
}

function writeType(bytes: Uint8Array, origin: number, box: Box): void {
  for (let i = 0; i < FREE.length; i += 1) {
    const at = box.start + 4 + i - origin;
    if (at >= 0 && at < bytes.length) bytes[at] = FREE[i] ?? 0;
  }
}
