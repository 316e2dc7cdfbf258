import type { Clock } from '../src/clock.ts';

/** A clock that moves only when the test says so. */
export interface FakeClock extends Clock {
  /** Lets `ms` milliseconds pass: timers run in order, with everything that they cause in between. */
  pass(ms: number): Promise<void>;
  /** Time passes, but no timer runs: the machine sleeps. */
  sleep(ms: number): void;
  /** How many timers are waiting. */
  readonly waiting: number;
}

export function fakeClock(start = 1_000_000): FakeClock {
  let now = start;
  const timers = new Map<object, { at: number; callback: () => void }>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    after(ms, callback) {
      const timer = {};
      timers.set(timer, { at: now + ms, callback });
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
        next[1].callback();
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
