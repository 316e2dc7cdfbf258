import type { Clock } from './clock.ts';

export interface StallWatch {
  /** Something moved. */
  moved(): void;
  end(): void;
}

/** Calls `onStall` once when nothing has moved for `ms`. One timer a period, not one a movement. */
export function stallWatch(clock: Clock, ms: number, onStall: () => void): StallWatch {
  let movedAt = clock.now();
  let takeBack = () => {};
  const arm = (wait: number) => {
    takeBack = clock.after(wait, () => {
      const left = movedAt + ms - clock.now();
      if (left <= 0) onStall();
      else arm(left);
    });
  };
  arm(ms);
  return {
    moved() {
      movedAt = clock.now();
    },
    end: () => takeBack(),
  };
}
