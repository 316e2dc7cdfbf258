import { type RequestLimit, RunLimitReached } from '../../core/reconciliation/run-limits.ts';

/** Milliseconds since some start, and a pause of so many milliseconds. */
export interface PaceClock {
  readonly elapsed: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Limits the requests of a run: a token bucket for their rate, and a total. */
export class RequestPace {
  readonly #limit: RequestLimit;
  readonly #clock: PaceClock;
  #left: number;
  #tokens: number;
  #filledAt: number;

  constructor(limit: RequestLimit, clock: PaceClock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#left = limit.perRun;
    this.#tokens = limit.burst;
    this.#filledAt = clock.elapsed();
  }

  /** Begins a run with its whole number of requests. The rate continues from the run before. */
  begin(): void {
    this.#left = this.#limit.perRun;
  }

  /** How many requests this run may still make. */
  left(): number {
    return this.#left;
  }

  /**
   * Waits until the rate allows one more request.
   * @throws RunLimitReached where the run has made all of its requests
   */
  async take(): Promise<void> {
    const { perSecond, burst, perRun } = this.#limit;
    if (this.#left <= 0) {
      throw new RunLimitReached(`The run has made its ${perRun} requests.`);
    }
    this.#left -= 1;
    const now = this.#clock.elapsed();
    const refilled = ((now - this.#filledAt) / 1_000) * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + refilled) - 1;
    this.#filledAt = now;
    // A negative number of tokens is a place in the queue.
    if (this.#tokens < 0) await this.#clock.pause((-this.#tokens / perSecond) * 1_000);
  }
}

/** The part of an SDK client to which middleware is added. */
interface SdkClient {
  readonly middlewareStack: {
    add(
      middleware: <Args, Output>(
        next: (args: Args) => Promise<Output>,
      ) => (args: Args) => Promise<Output>,
      options: {
        readonly step: 'finalizeRequest';
        readonly priority: 'low';
        readonly name: string;
      },
    ): void;
  };
}

/** Makes every request of an SDK client take its turn in `pace`, each retry too. */
export function pacedBy<Client extends SdkClient>(pace: RequestPace, client: Client): Client {
  client.middlewareStack.add(
    (next) => async (args) => {
      await pace.take();
      return next(args);
    },
    // Below the SDK's retries, which are in this step with priority `high`.
    { step: 'finalizeRequest', priority: 'low', name: 'pacedBy' },
  );
  return client;
}
