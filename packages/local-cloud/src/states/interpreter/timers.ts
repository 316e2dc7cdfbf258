import type { Steps } from './signals.ts';
import type { Visit } from './visit.ts';

/** Waits until an instant (milliseconds since the epoch); other signals are ignored. */
export async function* sleepUntil({ machine, sequence }: Visit, at: number): Steps<void> {
  const timer = machine.openTimer(sequence.id, at);
  for (;;) {
    const signal = yield 'signal';
    if (signal.kind === 'timer' && signal.timer === timer) return;
  }
}
