import { KNOWN_DIFFERENCES, type KnownDifference } from './known-differences.ts';
import type { Part, Ran } from './part.ts';
import { type Score, scoreOf, withoutScore } from './score.ts';

interface RunOptions {
  /** @default KNOWN_DIFFERENCES */
  readonly known?: readonly KnownDifference[];
  readonly stop?: AbortSignal;
}

/** A function for each part that runs it. */
export type Runners = Readonly<Record<Part, () => Promise<Ran>>>;

/**
 * Runs the parts one after the other and scores each; a part that fails does not stop the next.
 *
 * @throws the reason of `stop` once it aborts
 */
export async function runParts(
  parts: readonly Part[],
  runners: Runners,
  ended: (score: Score) => void,
  { known = KNOWN_DIFFERENCES, stop }: RunOptions = {},
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const part of parts) {
    const started = performance.now();
    const took = () => Math.round(performance.now() - started);
    const score = await runners[part]().then(
      (ran) => scoreOf(part, ran, took(), known),
      (error: unknown) =>
        withoutScore(
          part,
          'broken',
          [error instanceof Error ? error.message : String(error)],
          took(),
        ),
    );
    stop?.throwIfAborted();
    ended(score);
    scores.push(score);
  }
  return scores;
}
