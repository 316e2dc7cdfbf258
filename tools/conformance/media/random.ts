/** Pseudo-random numbers; the same seed makes the same numbers. */
export interface Random {
  /** A whole number from 0 to `below` - 1; 0 if `below` is not positive. */
  below(below: number): number;
  /** One of the elements. Throws RangeError if there are none. */
  pick<T>(from: readonly T[]): T;
}

/** mulberry32, seeded with the seed and the number of the mutant, so that each mutant can be made again alone. */
export function randomOf(seed: number, index: number): Random {
  let state = Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * Math.max(0, limit));
  return {
    below,
    pick(from) {
      const one = from[below(from.length)];
      if (one === undefined)
        throw new RangeError('The array is empty; expected at least one element.');
      return one;
    },
  };
}
