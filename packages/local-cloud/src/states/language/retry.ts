import type { Retrier } from './definition.ts';
import { matchesError } from './failure.ts';

/** Defaults of a retrier: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const INTERVAL_SECONDS = 1;
const MAX_ATTEMPTS = 3;
const BACKOFF_RATE = 2;

/**
 * Milliseconds to wait before retry number `attempt` (the first is 0).
 * @param random uniform in [0, 1), called for full jitter only, which waits between 0 and the delay
 */
export function retryDelay(retrier: Retrier, attempt: number, random: () => number): number {
  const grown =
    (retrier.IntervalSeconds ?? INTERVAL_SECONDS) *
    (retrier.BackoffRate ?? BACKOFF_RATE) ** attempt;
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return Math.round(seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}

/** Counts the attempts of one visit to a state, for each retrier separately. */
export class RetryBudget {
  readonly #retriers: readonly Retrier[];
  readonly #used: number[];

  constructor(retriers: readonly Retrier[] = []) {
    this.#retriers = retriers;
    this.#used = retriers.map(() => 0);
  }

  /**
   * The delay in milliseconds before the next attempt; undefined if no retrier matches the error, or the
   * first one that matches has no attempts left.
   */
  next(error: string | undefined, random: () => number): number | undefined {
    const index = this.#retriers.findIndex((retrier) => matchesError(retrier.ErrorEquals, error));
    const retrier = this.#retriers[index];
    const used = this.#used[index];
    if (retrier === undefined || used === undefined) return undefined;
    if (used >= (retrier.MaxAttempts ?? MAX_ATTEMPTS)) return undefined;
    this.#used[index] = used + 1;
    return retryDelay(retrier, used, random);
  }
}
