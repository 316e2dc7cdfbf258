/** Pictures arrive in decoding order: the latest few of a sample may have gaps that later pictures fill. */
const UNSETTLED = 4;
const FEWEST = 3;

/**
 * Pictures a second on average over a sample of presentation times in any order, in seconds; undefined if
 * the sample is too small.
 */
export function rateOfTimestamps(seconds: readonly number[]): number | undefined {
  const sorted = [...new Set(seconds)].sort((a, b) => a - b);
  const settled = sorted.length > 4 * UNSETTLED ? sorted.slice(0, -UNSETTLED) : sorted;
  const [first, last] = [settled[0], settled.at(-1)];
  if (settled.length < FEWEST || first === undefined || last === undefined) return undefined;
  return last > first ? (settled.length - 1) / (last - first) : undefined;
}
