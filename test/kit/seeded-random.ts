/**
 * Reproducible random numbers: set REELGATE_SEED to the seed in the name of a failed test.
 * The generator is mulberry32.
 */
export function seededRandom(): { readonly seed: number; next(): number } {
  const seed = Number(process.env.REELGATE_SEED ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
  let state = seed;
  return {
    seed,
    /** From 0 inclusive to 1 exclusive. */
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
