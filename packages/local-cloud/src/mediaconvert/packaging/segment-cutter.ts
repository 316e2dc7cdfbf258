import type { Ratio } from '../transcode/frame-size.ts';

/**
 * Decides where segments start. Segment k starts with the first keyframe at or after k × seconds. All
 * renditions have keyframes at the same frames, so that a player can switch between them at any segment.
 */
export type Cutter = (time: number) => 'segment' | 'fragment' | undefined;

/** `ticks` is the unit of `time` in seconds. Call it for each keyframe in order. */
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

/** Whether this frame is the first one at or after a multiple of `seconds`. */
export function startsGridCell(frame: number, ticks: Ratio, seconds: number): boolean {
  return frame === 0 || gridCell(frame, ticks, seconds) !== gridCell(frame - 1, ticks, seconds);
}

/** Calculates with integers, since a frame at 30000/1001 has no exact time in seconds. */
function gridCell(time: number, ticks: Ratio, seconds: number): number {
  return Number((BigInt(time) * BigInt(ticks.num)) / (BigInt(ticks.den) * BigInt(seconds)));
}
