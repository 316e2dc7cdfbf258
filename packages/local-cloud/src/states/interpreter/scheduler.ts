import { runtimeFailure, StateFailure } from '../language/failure.ts';
import type { Json } from '../language/json.ts';
import type { Outcome, Signal, Steps } from './signals.ts';

interface Coroutine {
  readonly id: string;
  readonly steps: Steps<Json>;
  readonly ended: (outcome: Outcome) => void;
  readonly inbox: Signal[];
  waiting: boolean;
}

/** Runs coroutines one at a time, in turn, until all of them wait for an input. */
export class Scheduler {
  readonly #coroutines = new Map<string, Coroutine>();
  readonly #ready: { readonly coroutine: Coroutine; readonly signal: Signal }[] = [];

  start(id: string, steps: Steps<Json>, ended: (outcome: Outcome) => void): void {
    const coroutine: Coroutine = { id, steps, ended, inbox: [], waiting: false };
    this.#coroutines.set(id, coroutine);
    this.#ready.push({ coroutine, signal: { kind: 'go' } });
  }

  /** Sends a signal to a coroutine. It is ignored if the coroutine has ended. */
  post(id: string, signal: Signal): void {
    const coroutine = this.#coroutines.get(id);
    if (coroutine === undefined) return;
    if (coroutine.waiting) {
      coroutine.waiting = false;
      this.#ready.push({ coroutine, signal });
    } else coroutine.inbox.push(signal);
  }

  /** Removes a coroutine, which never continues. */
  drop(id: string): void {
    this.#coroutines.delete(id);
  }

  async settle(): Promise<void> {
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift())
      if (this.#coroutines.get(next.coroutine.id) === next.coroutine)
        await this.#step(next.coroutine, next.signal);
  }

  async #step(coroutine: Coroutine, signal: Signal): Promise<void> {
    const outcome = await advance(coroutine.steps, signal);
    if (typeof outcome === 'object') {
      this.#coroutines.delete(coroutine.id);
      coroutine.ended(outcome);
    } else if (outcome === 'turn') this.#ready.push({ coroutine, signal: { kind: 'go' } });
    else {
      const received = coroutine.inbox.shift();
      if (received === undefined) coroutine.waiting = true;
      else this.#ready.push({ coroutine, signal: received });
    }
  }
}

async function advance(steps: Steps<Json>, signal: Signal) {
  try {
    const result = await steps.next(signal);
    return result.done ? { ok: true as const, output: result.value } : result.value;
  } catch (error) {
    // Any other error is a defect of the interpreter; the execution must end all the same.
    const failure = error instanceof StateFailure ? error : runtimeFailure(String(error));
    return { ok: false as const, failure };
  }
}
