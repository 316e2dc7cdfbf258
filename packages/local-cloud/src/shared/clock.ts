/** The time of all engines, which a test can move. Instants are in milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /**
   * Runs `action` when `now()` reaches `instant`. An instant in the past runs on the next turn of the event
   * loop.
   */
  at(instant: number, action: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** setTimeout uses a signed 32-bit integer; a longer delay would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  at(instant, action) {
    let handle: NodeJS.Timeout;
    const arm = () => {
      const left = instant - Date.now();
      handle =
        left > MAX_TIMEOUT_MS
          ? setTimeout(arm, MAX_TIMEOUT_MS)
          : setTimeout(action, Math.max(0, left));
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** The system's clock plus an offset that only increases. Timers within the jump fire in their order. */
export class MovableClock implements Clock {
  #offset = 0;
  readonly #waiting = new Set<Waiting>();

  now(): number {
    return Date.now() + this.#offset;
  }

  at(instant: number, action: () => void): Timer {
    const waiting: Waiting = { instant, action, timer: undefined };
    this.#waiting.add(waiting);
    this.#arm(waiting);
    return {
      cancel: () => {
        waiting.timer?.cancel();
        this.#waiting.delete(waiting);
      },
    };
  }

  /** Moves the time forward by `ms`. Throws RangeError for a negative value. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`A clock moves forward only, by 0 ms or more; got ${ms}.`);
    this.#offset += ms;
    for (const waiting of [...this.#waiting].sort((a, b) => a.instant - b.instant)) {
      waiting.timer?.cancel();
      this.#arm(waiting);
    }
  }

  #arm(waiting: Waiting): void {
    waiting.timer = systemClock.at(waiting.instant - this.#offset, () => {
      this.#waiting.delete(waiting);
      waiting.action();
    });
  }
}

interface Waiting {
  readonly instant: number;
  readonly action: () => void;
  timer: Timer | undefined;
}
