import { parseBox } from './isobmff-box.ts';
import { viewOf } from './isobmff-timing.ts';
import type { RangedReader } from './ranged-reader.ts';

const OFFSET_BOX_BYTES = 16;
/**
 * About twenty bytes for each track of each fragment: half a day of them at two seconds each, or ten minutes at a
 * picture each.
 */
const MAX_INDEX_BYTES = 768 * 1024;
const MAX_TRACKS = 64;

/**
 * Where the last movie fragment of the random access index begins (`mfra`, ISO/IEC 14496-12, 8.8.9 to 8.8.11):
 * later ones may follow it. Undefined where the file does not end in such an index.
 *
 * @throws RangeError where the index contradicts itself
 */
export async function lastIndexedFragment(reader: RangedReader): Promise<number | undefined> {
  const { size } = reader;
  if (size < OFFSET_BOX_BYTES) return undefined;
  const last = viewOf(await reader.read(size - OFFSET_BOX_BYTES, size));
  if (last.getUint32(0) !== OFFSET_BOX_BYTES || typeAt(last, 4) !== 'mfro') return undefined;
  const length = last.getUint32(12);
  if (length > MAX_INDEX_BYTES || length > size) return undefined;
  const bytes = await reader.read(size - length, size);
  if (typeAt(viewOf(bytes), 4) !== 'mfra') return undefined;
  const offsets: number[] = [];
  for (let position = 8; position + 8 <= length && offsets.length < MAX_TRACKS; ) {
    const box = parseBox(bytes.subarray(position, position + 16), position, length);
    if (box.end > length) throw new RangeError('The random access index is cut off.');
    if (box.type === 'tfra') offsets.push(lastOffset(viewOf(bytes.subarray(box.content, box.end))));
    position = box.end;
  }
  return offsets.length > 0 ? Math.max(...offsets) : undefined;
}

/** The last entry's `moof_offset`. */
function lastOffset(tfra: DataView): number {
  const long = tfra.getUint8(0) === 1;
  const sizes = tfra.getUint32(8);
  const numbers = ((sizes >> 4) & 3) + ((sizes >> 2) & 3) + (sizes & 3) + 3;
  const width = (long ? 16 : 8) + numbers;
  const count = tfra.getUint32(12);
  if (count === 0) return 0;
  const at = 16 + (count - 1) * width;
  return long ? Number(tfra.getBigUint64(at + 8)) : tfra.getUint32(at + 4);
}

function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}
