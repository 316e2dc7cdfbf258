/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value below which `share` of the values lie, between two values by straight line (Hyndman and Fan's
 * type 7, as R and NumPy have it by default).
 *
 * @param share 0 to 1
 * @throws RangeError without values or for another share
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('A quantile needs one value at least; got none.');
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`A quantile's share is from 0 to 1; got ${share}.`);
  }
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? 0;
  return below + (above - below) * (at - Math.floor(at));
}

/** How often `ours` is better than `theirs`: above 1 ours wins, whichever way is better. */
export function advantage(ours: number, theirs: number, better: 'more' | 'less'): number {
  return better === 'more' ? ours / theirs : theirs / ours;
}
