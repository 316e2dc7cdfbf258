import type { Clock } from './clock.ts';

/** `rate` in requests per second, `burst` in requests at once. */
export interface RateLimit {
  readonly burst: number;
  readonly rate: number;
}

/** A token bucket, as in https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #limits: RateLimit;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, limits: RateLimit) {
    this.#clock = clock;
    this.#limits = limits;
    this.#tokens = limits.burst;
    this.#filledAt = clock.now();
  }

  /** Takes a token for one request. False if there is none. */
  take(): boolean {
    const now = this.#clock.now();
    const gained = ((now - this.#filledAt) / 1000) * this.#limits.rate;
    this.#tokens = Math.min(this.#limits.burst, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
