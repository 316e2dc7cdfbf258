import type { Clock } from '../shared/clock.ts';

/** Limits of a route: `rate` in requests per second, `burst` in requests at once. */
export interface ThrottleLimits {
  readonly burst: number;
  readonly rate: number;
}

/** A token bucket: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #limits: ThrottleLimits;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, limits: ThrottleLimits) {
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
