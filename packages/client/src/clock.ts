import { UploadError } from './upload-error.ts';

/** Time as the client sees it; passed in, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `then` once after `ms`; the answer takes that back. */
  after(ms: number, then: () => void): () => void;
}

let latest = 0;
let behind = 0;

/** The machine's clock, without its steps back: after one, waits would last as long as the step. */
export const systemClock: Clock = {
  now() {
    const now = Date.now() + behind;
    behind += Math.max(0, latest - now);
    latest = Math.max(latest, now);
    return latest;
  },
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Waits.
 *
 * @throws UploadError `aborted`
 */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(stopped(signal));
    const stop = () => {
      takeBack();
      reject(stopped(signal));
    };
    const takeBack = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    signal?.addEventListener('abort', stop);
  });
}

/** What an aborted signal means: its own reason where that is an UploadError, else `aborted`. */
export function stopped(signal: AbortSignal | undefined): UploadError {
  const reason: unknown = signal?.reason;
  return reason instanceof UploadError ? reason : new UploadError('aborted', { cause: reason });
}
