/**
 * What is shown of a track, in units of the movie's timescale, by its edit list (ISO/IEC 14496-12, 8.6.6): empty edits
 * and shown parts. Undefined without a list, and for a list whose last edit has no end (as in fragmented files).
 */
export function editedDuration(elst: DataView | undefined): number | undefined {
  if (!elst || elst.byteLength < 8) return undefined;
  const long = elst.getUint8(0) === 1;
  const width = long ? 20 : 12;
  const count = Math.min(elst.getUint32(4), Math.floor((elst.byteLength - 8) / width));
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const at = 8 + index * width;
    const duration = long ? Number(elst.getBigUint64(at)) : elst.getUint32(at);
    if (duration === 0 || duration === (long ? 2 ** 64 : 0xffff_ffff)) return undefined;
    total += duration;
  }
  return count > 0 ? total : undefined;
}
