/** The middle value; for an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value below which `share` of the values lie, interpolated linearly (type 7 of Hyndman and Fan, the default
 * of R and NumPy).
 *
 * @param share 0 to 1
 * @throws RangeError if there are no values or `share` is out of range
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('A quantile needs at least one value; got none.');
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`share is ${share}; expected 0 to 1.`);
  }
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? 0;
  return below + (above - below) * (at - Math.floor(at));
}

/** How many times `ours` is better than `theirs`: above 1, `ours` is better. */
export function advantage(ours: number, theirs: number, better: 'more' | 'less'): number {
  return better === 'more' ? ours / theirs : theirs / ours;
}
