/** FFmpeg's JPEG quantizer goes from 2 (best) to 31. */
const BEST_QUANTIZER = 2;
const WORST_QUANTIZER = 31;

/** MediaConvert's JPEG quality, 1 to 100, as FFmpeg's quantizer. */
export function jpegQuantizer(quality: number): number {
  const share = (100 - quality) / 99;
  return Math.round(BEST_QUANTIZER + share * (WORST_QUANTIZER - BEST_QUANTIZER));
}
