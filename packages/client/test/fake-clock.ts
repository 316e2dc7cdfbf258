import type { Clock } from '../src/clock.ts';

/** A clock that goes when it is told to. */
export interface FakeClock extends Clock {
  /** Lets `ms` pass: what is due happens in its order, with what it leads to in between. */
  pass(ms: number): Promise<void>;
  /** Time goes on, and no timer runs: the machine sleeps. */
  sleep(ms: number): void;
  /** Timers that are waiting. */
  readonly waiting: number;
}

export function fakeClock(start = 1_000_000): FakeClock {
  let now = start;
  const timers = new Map<object, { at: number; then: () => void }>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    after(ms, then) {
      const timer = {};
      timers.set(timer, { at: now + ms, then });
      return () => timers.delete(timer);
    },
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].sort(([, one], [, other]) => one.at - other.at);
        if (!next || next[1].at > end) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].then();
        await settle();
      }
      now = end;
    },
    sleep(ms) {
      now += ms;
    },
    get waiting() {
      return timers.size;
    },
  };
}
