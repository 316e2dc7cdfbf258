import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until a condition holds; the test's time limit ends it. */
export async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}
