import type { Clock } from './clock.ts';

export interface StallWatch {
  /** Bytes were sent. */
  moved(): void;
  end(): void;
}

/** Calls `onStall` once when nothing has moved for `ms`. Uses one timer a period, not one a movement. */
export function stallWatch(clock: Clock, ms: number, onStall: () => void): StallWatch {
  let movedAt = clock.now();
  let cancelTimer = () => {};
  const start = (wait: number) => {
    cancelTimer = clock.after(wait, () => {
      const left = movedAt + ms - clock.now();
      if (left <= 0) onStall();
      else start(left);
    });
  };
  start(ms);
  return {
    moved() {
      movedAt = clock.now();
    },
    end: () => cancelTimer(),
  };
}
