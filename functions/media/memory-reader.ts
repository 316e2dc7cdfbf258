import type { RangedReader } from './ranged-reader.ts';

/** A reader of bytes in memory, which costs no reads. */
export function memoryReader(bytes: Uint8Array, from: RangedReader): RangedReader {
  return {
    size: bytes.length,
    read: async (start, end) => bytes.slice(start, end),
    cost: from.cost,
    affords: from.affords,
  };
}
