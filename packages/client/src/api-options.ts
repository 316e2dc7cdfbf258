import type { Clock } from './clock.ts';
import type { Connectivity } from './retry.ts';

export interface TokenRequest {
  /** True when the API refused the previous token (401): a new one is needed. */
  readonly refresh: boolean;
}

/** How to reach the API, and how to sign in. */
export interface ApiOptions {
  /** Base URL of the API: the stack's output `ApiUrl`. */
  readonly api: string;
  /**
   * Returns a valid access token. It is called before every request, and once more with `refresh: true` after a 401.
   *
   * An UploadError that it throws is passed on. A TypeError counts as `network`, because `fetch` throws one without a
   * network, and is retried. Any other error becomes `unauthenticated`.
   */
  readonly getToken: (request: TokenRequest) => string | Promise<string>;
  /**
   * Stops the call or the upload when it is aborted.
   *
   * @default undefined: nothing stops it
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * How often a call is tried when it is throttled, fails with a server error, or gets no response.
   *
   * @default 6
   */
  readonly attempts?: number | undefined;
  /**
   * Milliseconds to wait for a network that is down. Failures during that time do not count as attempts. Server errors
   * and throttling are waited for in the same way, for at most five minutes.
   *
   * @default 0 for API calls, 3,600,000 (one hour) for uploads and `watch`
   */
  readonly patienceMs?: number | undefined;
  /**
   * Source of time, for tests.
   *
   * @default the system clock
   */
  readonly clock?: Clock | undefined;
  /**
   * Returns a number from 0 to 1 for the jitter of retries, for tests.
   *
   * @default Math.random
   */
  readonly random?: (() => number) | undefined;
  /**
   * Reports whether there is a network, for tests.
   *
   * @default `navigator.onLine` in a browser; always online in Node
   */
  readonly connectivity?: Connectivity | undefined;
}
