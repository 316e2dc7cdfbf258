import type { RangedReader } from './ranged-reader.ts';

/** The same file from the byte `from` on, with `prefix` in front of it. */
export function prefixedReader(
  reader: RangedReader,
  prefix: Uint8Array,
  from: number,
): RangedReader {
  const shift = prefix.length - from;
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const own = prefix.slice(start, end);
    if (end <= prefix.length) return own;
    const rest = await reader.read(Math.max(start, prefix.length) - shift, end - shift);
    return own.length === 0 ? rest : Buffer.concat([own, rest]);
  };
  return { size: reader.size + shift, read, cost: reader.cost, affords: reader.affords };
}
