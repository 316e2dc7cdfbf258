import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../src/shared/clock.ts';

/** Far longer than anything here takes, so that a busy machine passes. */
const MAX_WAIT_MS = 240_000;

/** Waits until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + MAX_WAIT_MS;
  while (!(await condition())) {
    if (performance.now() > end)
      throw new Error(`The condition did not hold within ${MAX_WAIT_MS} ms: ${condition}`);
    await delay(5);
  }
}

/**
 * Waits until everything has run that was due on the clock when this was called, and what followed at once from it.
 * What has not happened by then does not happen before the clock moves.
 */
export async function dueActions(clock: Clock): Promise<void> {
  // Actions of one instant run in the order in which they were given; the second turn comes behind what the first
  // one has armed for now.
  for (let turn = 0; turn < 2; turn++) {
    await new Promise<void>((resolve) => clock.at(clock.now(), resolve));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
