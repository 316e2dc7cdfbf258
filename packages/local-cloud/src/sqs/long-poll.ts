import type { Clock } from '../shared/clock.ts';

/** Requests that wait for a message. */
export class LongPolls {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Call it when the queue has changed. */
  wake(queue: string): void {
    for (const look of [...(this.#waiting.get(queue) ?? [])]) look();
  }

  /** Ends every wait without a message. */
  close(): void {
    this.#closed = true;
    for (const queue of this.#waiting.keys()) this.wake(queue);
  }

  /**
   * Calls `take` at once, whenever the queue changes, and when a hidden message becomes visible, until it
   * returns something or the time is `until` (ms since the epoch).
   */
  wait<T>(
    queue: string,
    until: number,
    take: () => readonly T[],
    nextChangeAt: () => number | undefined,
  ): Promise<readonly T[]> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiting.get(queue) ?? new Set();
      this.#waiting.set(queue, waiters);
      let timer = { cancel: () => {} };
      const end = (settle: () => void) => {
        timer.cancel();
        waiters.delete(look);
        settle();
      };
      const look = () => {
        try {
          if (this.#closed) return end(() => resolve([]));
          const taken = take();
          if (taken.length > 0 || this.#clock.now() >= until) return end(() => resolve(taken));
        } catch (error) {
          return end(() => reject(error));
        }
        timer.cancel();
        timer = this.#clock.at(Math.min(until, nextChangeAt() ?? until), look);
      };
      waiters.add(look);
      look();
    });
  }
}
