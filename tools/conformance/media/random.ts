/** Random numbers that the same seed gives again. */
export interface Random {
  /** A whole number from 0 up to `below`, excluded; 0 where `below` is not above 0. */
  below(below: number): number;
  /** One of them. Throws RangeError where there is none. */
  pick<T>(from: readonly T[]): T;
}

/** mulberry32 over the seed and the number of the mutant, so that any single one can be made again. */
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
      if (one === undefined) throw new RangeError('There is nothing to pick from.');
      return one;
    },
  };
}
