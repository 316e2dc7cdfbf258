import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';
import type { Part, Ran } from './part.ts';
import { type Score, scoreOf, unrun } from './score.ts';

/** How each part is run. */
export type Runners = Readonly<Record<Part, () => Promise<Ran>>>;

/** Runs the parts one after the other, each to its score: what breaks off in one does not stop the next. */
export async function runParts(
  parts: readonly Part[],
  runners: Runners,
  ended: (score: Score) => void,
  known: readonly KnownDifference[] = KNOWN_DIFFERENCES,
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const part of parts) {
    const started = performance.now();
    const took = () => Math.round(performance.now() - started);
    const score = await runners[part]().then(
      (ran) => scoreOf(part, ran, took(), known),
      (error: unknown) =>
        unrun(part, 'broken', [error instanceof Error ? error.message : String(error)], took()),
    );
    ended(score);
    scores.push(score);
  }
  return scores;
}
