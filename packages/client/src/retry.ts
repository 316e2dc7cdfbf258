import { type Clock, pause, systemClock } from './clock.ts';
import { UploadError } from './upload-error.ts';

/** As in the AWS SDKs. */
const FIRST_BACKOFF_MS = 100;
export const MAX_BACKOFF_MS = 30_000;
/** The longest `Retry-After` that is waited for: a budget of requests begins again every minute. */
export const MAX_RETRY_AFTER_MS = 60_000;
/** An attempt without a response, and the wait after it. */
const MAX_STEP_MS = 75_000;
/** How long server errors and throttling are waited for: a deployment takes minutes. */
const MAX_SERVER_PATIENCE_MS = 300_000;

/**
 * The wait before the next attempt: "full jitter", a random time up to a bound that doubles each time, so that
 * clients that failed together do not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures in a row, from 1
 * @param random 0 to 1
 * @returns milliseconds
 */
export function backoffMs(failures: number, random: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1)) * random;
}

/** Whether the browser or the machine knows that there is no network. */
export interface Connectivity {
  online(): boolean;
  /** Calls `callback` when the network is available again. The returned function cancels the registration. */
  onOnline(callback: () => void): () => void;
}

/** For machines that do not know: failed connections show it. */
export const alwaysOnline: Connectivity = {
  online: () => true,
  onOnline: () => () => undefined,
};

/** See `ApiOptions`, which these are a part of. */
export interface RetryOptions {
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
  readonly connectivity?: Connectivity | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number | undefined;
  readonly patienceMs?: number | undefined;
}

/** Repeats `attempt` until it succeeds, fails with an error that is not transient, or has failed too often. */
export async function retry<Result>(
  attempt: () => Promise<Result>,
  options: RetryOptions,
): Promise<Result> {
  const {
    clock = systemClock,
    random = Math.random,
    connectivity = alwaysOnline,
    attempts = 6,
    patienceMs = 0,
  } = options;
  let counted = 0;
  let failures = 0;
  let waitedMs = 0;
  for (;;) {
    const startedAt = clock.now();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof UploadError) || !isTransient(error)) throw error;
      const isDown = error.code === 'network';
      const limitMs = isDown ? patienceMs : Math.min(patienceMs, MAX_SERVER_PATIENCE_MS);
      const isFree = waitedMs < limitMs || (isDown && !connectivity.online());
      if (!isFree && ++counted >= attempts) throw error;
      const wait = (error.retryAfterMs ?? 0) + backoffMs(++failures, random());
      // The wait ends early when the network comes back.
      let stopListening = () => {};
      const online = new Promise<void>((resolve) => {
        stopListening = connectivity.onOnline(resolve);
      });
      await Promise.race([pause(clock, wait, options.signal), online]).finally(stopListening);
      // If the machine slept in between, only the time that it was awake counts.
      waitedMs += Math.min(clock.now() - startedAt, MAX_STEP_MS);
    }
  }
}

/** Races with another request, and a lost connection. */
const TRANSIENT_CODES = ['network', 'conflict', 'idempotency_in_progress'];

/**
 * Whether a call that failed in this way is repeated here. `retryable` of other conflicts is for the caller: it means
 * that something else has to happen first. So is a budget that begins again tomorrow.
 */
export function isTransient({ code, status, retryAfterMs = 0 }: UploadError): boolean {
  if (retryAfterMs > MAX_RETRY_AFTER_MS) return false;
  return TRANSIENT_CODES.includes(code) || status === 429 || (status ?? 0) >= 500;
}
