import type { Clock, Timer } from '../../shared/clock.ts';
import type { EmitEvent } from '../../shared/events.ts';
import type { JobStore } from './job-store.ts';

const RETRY_MS = 1000;

/**
 * Delivers events in order, each at least once: an event is deleted only when the bus has accepted it. After
 * a crash, `flush` delivers the remaining ones.
 */
export class Outbox {
  readonly #store: JobStore;
  readonly #emit: EmitEvent;
  readonly #clock: Clock;
  #retry: Timer | undefined;
  #closed = false;

  constructor(store: JobStore, emit: EmitEvent, clock: Clock) {
    this.#store = store;
    this.#emit = emit;
    this.#clock = clock;
  }

  flush(): void {
    if (this.#closed) return;
    for (const { seq, event } of this.#store.undelivered()) {
      try {
        this.#emit(event);
      } catch {
        // The bus refused the event: deliver the same events a second later.
        this.#retry?.cancel();
        this.#retry = this.#clock.at(this.#clock.now() + RETRY_MS, () => this.flush());
        return;
      }
      this.#store.delivered(seq);
    }
  }

  close(): void {
    this.#closed = true;
    this.#retry?.cancel();
  }
}
