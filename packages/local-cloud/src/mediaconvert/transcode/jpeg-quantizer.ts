/** The JPEG quantizer of FFmpeg is from 2 (best) to 31. */
const BEST_QUANTIZER = 2;
const WORST_QUANTIZER = 31;

/** The FFmpeg quantizer for a JPEG quality of MediaConvert, 1 to 100. */
export function jpegQuantizer(quality: number): number {
  const share = (100 - quality) / 99;
  return Math.round(BEST_QUANTIZER + share * (WORST_QUANTIZER - BEST_QUANTIZER));
}
