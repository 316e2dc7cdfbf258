import type { BenchRun } from './bench.ts';

export interface Candidate<Result> {
  readonly name: string;
  readonly run: () => Promise<Result>;
}

/** A candidate that takes longer in the warm-up round is measured in one round only, to keep a bench to minutes. */
const MAX_MS = 20_000;

/**
 * Runs the candidates in turns (A B A B …), so that other load on the machine affects all of them alike: a warm-up
 * round, then `runs` rounds. Returns the results of each candidate in the order of the rounds.
 */
export async function rounds<Result>(
  { runs, small, say }: Pick<BenchRun, 'runs' | 'small' | 'say'>,
  what: string,
  candidates: readonly Candidate<Result>[],
  now: () => number = () => performance.now(),
): Promise<ReadonlyMap<string, Result[]>> {
  const results = new Map(candidates.map(({ name }) => [name, [] as Result[]]));
  const warmUps = small ? 0 : 1;
  const slow = new Set<string>();
  for (let round = -warmUps; round < runs; round++) {
    for (const { name, run } of candidates) {
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

/** The results of one candidate. */
export function resultsOf<Result>(
  results: ReadonlyMap<string, Result[]>,
  name: string,
): readonly Result[] {
  const found = results.get(name);
  if (!found)
    throw new Error(
      `There is no candidate ${name}; the candidates are ${[...results.keys()].join(', ')}.`,
    );
  return found;
}
