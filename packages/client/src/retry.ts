import { type Clock, pause } from './clock.ts';
import { UploadError } from './upload-error.ts';

/** As the AWS SDKs begin. */
const FIRST_WAIT_MS = 100;
export const MAX_WAIT_MS = 30_000;
/** A try that nobody answers, and the wait after it. */
const MAX_STEP_MS = 75_000;
/** How long a service that is overloaded or fails is waited for, where a network that is down would be: a deployment takes minutes. */
const BUSY_MS = 300_000;

/**
 * A wait before the next try: "full jitter", anything up to a bound that doubles each time, so that many
 * clients that failed together do not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures in a row, from 1
 * @param random 0 to 1
 * @returns milliseconds
 */
export function backoffMs(failures: number, random: number): number {
  return Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)) * random;
}

/** Whether the browser or the machine knows that there is no network. */
export interface Connectivity {
  online(): boolean;
  /** Calls `then` when there is a network again; the answer takes that back. */
  onOnline(then: () => void): () => void;
}

/** For machines that do not tell: the failures themselves do. */
export const alwaysOnline: Connectivity = {
  online: () => true,
  onOnline: () => () => undefined,
};

export interface RetryOptions {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly connectivity: Connectivity;
  readonly signal?: AbortSignal | undefined;
  /** Tries that were answered by an error, or by nobody. */
  readonly attempts: number;
  /** Milliseconds for which nobody's answering is waited out without counting as a try; overload, five minutes of it. */
  readonly patienceMs: number;
}

/**
 * Does something until it succeeds, fails for good, or has failed too often. What `retryable` says of a
 * conflict is for the caller to judge: only overload, faults and races are tried again here.
 */
export async function retrying<Answer>(
  attempt: () => Promise<Answer>,
  options: RetryOptions,
): Promise<Answer> {
  const { clock, random } = options;
  let counted = 0;
  let failures = 0;
  let waitedMs = 0;
  for (;;) {
    const began = clock.now();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof UploadError) || !mayPass(error)) throw error;
      const down = error.code === 'network';
      const patienceMs = down ? options.patienceMs : Math.min(options.patienceMs, BUSY_MS);
      const patient = waitedMs < patienceMs || (down && !options.connectivity.online());
      if (!patient && ++counted >= options.attempts) throw error;
      const wait = (error.retryAfterMs ?? 0) + backoffMs(++failures, random());
      await untilOnlineOr(wait, options);
      // Of a machine that slept in between, only what it was awake for counts.
      waitedMs += Math.min(clock.now() - began, MAX_STEP_MS);
    }
  }
}

function mayPass({ code, status }: UploadError): boolean {
  if (code === 'network' || code === 'conflict' || code === 'idempotency_in_progress') return true;
  return status === 429 || (status !== undefined && status >= 500);
}

/** The wait is over early when the network comes back. */
async function untilOnlineOr(ms: number, options: RetryOptions): Promise<void> {
  let takeBack = () => {};
  const online = new Promise<void>((resolve) => {
    takeBack = options.connectivity.onOnline(resolve);
  });
  try {
    await Promise.race([pause(options.clock, ms, options.signal), online]);
  } finally {
    takeBack();
  }
}
