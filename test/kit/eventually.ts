import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until it is so; the test's own time limit ends it. */
export async function eventually(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}
