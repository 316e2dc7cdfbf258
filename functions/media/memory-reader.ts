import type { RangedReader } from './ranged-reader.ts';

/** Bytes at hand as a reader; they cost nothing more. */
export function memoryReader(bytes: Uint8Array, from: RangedReader): RangedReader {
  return {
    size: bytes.length,
    read: async (start, end) => bytes.slice(start, end),
    cost: from.cost,
    affords: from.affords,
  };
}
