import type { BenchRun } from './bench.ts';

export interface Contender<Result> {
  readonly name: string;
  readonly run: () => Promise<Result>;
}

/** Whoever takes longer in the first round takes part in one more only, so that all of it ends in minutes. */
const MAX_MS = 20_000;

/**
 * Runs the contenders in turns (A B A B …), so that whatever else the machine does meets all of them alike: one
 * round that is not counted, then `runs` rounds. Answers each one's results in the order of the rounds.
 */
export async function rounds<Result>(
  { runs, small, say }: Pick<BenchRun, 'runs' | 'small' | 'say'>,
  what: string,
  contenders: readonly Contender<Result>[],
  now: () => number = () => performance.now(),
): Promise<ReadonlyMap<string, Result[]>> {
  const results = new Map(contenders.map(({ name }) => [name, [] as Result[]]));
  const warmUps = small ? 0 : 1;
  const slow = new Set<string>();
  for (let round = -warmUps; round < runs; round++) {
    for (const { name, run } of contenders) {
      if (round > 0 && slow.has(name)) continue;
      say(`${what}: ${round < 0 ? 'warm-up' : `round ${round + 1} of ${runs}`}, ${name}`);
      const began = now();
      const result = await run();
      if (round < 0 && now() - began > MAX_MS) slow.add(name);
      if (round >= 0) results.get(name)?.push(result);
    }
  }
  return results;
}

/** The results of one contender. */
export function resultsOf<Result>(
  results: ReadonlyMap<string, Result[]>,
  name: string,
): readonly Result[] {
  const found = results.get(name);
  if (!found) throw new Error(`No contender is called ${name}; there are ${[...results.keys()]}.`);
  return found;
}
