import { seededRandom } from './seeded-random.ts';

/** The longest time in ms until a write appears in a global secondary index of the tests' cloud. */
export const MAX_INDEX_LAG_MS = 200;

/** The delays of the index lag in tests: they follow from REELGATE_SEED. */
export function testIndexLag() {
  return { seed: seededRandom().seed, maxMs: MAX_INDEX_LAG_MS };
}
