/**
 * Random numbers that can be repeated: a test has the seed in its name; set LOCAL_CLOUD_SEED to it.
 * The generator is mulberry32.
 */
export function seededRandom(): { readonly seed: number; next(): number } {
  const seed = Number(process.env.LOCAL_CLOUD_SEED ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
  let state = seed;
  return {
    seed,
    /** From 0 to 1, without 1. */
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
