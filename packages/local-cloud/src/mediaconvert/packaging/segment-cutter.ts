import type { Ratio } from '../transcode/frame-size.ts';

/**
 * Where a track is cut. Segment k begins with the first keyframe at or after k × seconds; every rendition has
 * keyframes at the same frames, so that a player can change between them at any segment.
 */
export type Cutter = (time: number) => 'segment' | 'fragment' | undefined;

/** `ticks` is the length of one unit of `time` in seconds; call it for each keyframe in order. */
export function segmentCutter(ticks: Ratio, segment: number, fragment: number): Cutter {
  let lastSegment = 0;
  let lastFragment = 0;
  return (time) => {
    const inSegment = gridCell(time, ticks, segment);
    const inFragment = gridCell(time, ticks, fragment);
    const cut =
      inSegment !== lastSegment ? 'segment' : inFragment !== lastFragment ? 'fragment' : undefined;
    lastSegment = inSegment;
    lastFragment = inFragment;
    return cut;
  };
}

/** Is this frame the first at or after a multiple of `seconds`? */
export function startsGridCell(frame: number, ticks: Ratio, seconds: number): boolean {
  return frame === 0 || gridCell(frame, ticks, seconds) !== gridCell(frame - 1, ticks, seconds);
}

/** Whole numbers only: a rate of 30000/1001 has no exact fraction of seconds. */
function gridCell(time: number, ticks: Ratio, seconds: number): number {
  return Number((BigInt(time) * BigInt(ticks.num)) / (BigInt(ticks.den) * BigInt(seconds)));
}
