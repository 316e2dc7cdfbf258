/** What an edit list shows of a track, in units of the movie's timescale. */
export interface Edits {
  /** All edits: empty ones and shown parts. */
  readonly duration: number;
  /** The empty edits in front: the track begins so much later. */
  readonly lead: number;
}

/**
 * The edit list of a track (ISO/IEC 14496-12, 8.6.6). Undefined without a list, and for a list whose last edit has no
 * end (as in fragmented files).
 */
export function editsOf(elst: DataView | undefined): Edits | undefined {
  if (!elst || elst.byteLength < 8) return undefined;
  const long = elst.getUint8(0) === 1;
  const width = long ? 20 : 12;
  const count = Math.min(elst.getUint32(4), Math.floor((elst.byteLength - 8) / width));
  let duration = 0;
  let lead = 0;
  let begun = false;
  for (let index = 0; index < count; index += 1) {
    const at = 8 + index * width;
    const length = long ? Number(elst.getBigUint64(at)) : elst.getUint32(at);
    if (length === 0 || length === (long ? 2 ** 64 : 0xffff_ffff)) return undefined;
    // A media time of -1: nothing is shown.
    begun ||= (long ? elst.getBigInt64(at + 8) : BigInt(elst.getInt32(at + 4))) !== -1n;
    duration += length;
    if (!begun) lead += length;
  }
  return count > 0 ? { duration, lead } : undefined;
}
