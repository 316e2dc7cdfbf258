import { UploadError } from './upload-error.ts';

/** Source of time. It is an argument everywhere, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds; the returned function cancels that. */
  after(ms: number, callback: () => void): () => void;
}

let latest = 0;
let offset = 0;

/** The machine's clock, but it never goes back: after a step back, waits would last as long as the step. */
export const systemClock: Clock = {
  now() {
    const now = Date.now() + offset;
    if (now < latest) offset += latest - now;
    else latest = now;
    return latest;
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Resolves after `ms` milliseconds.
 *
 * @throws UploadError `aborted`
 */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelTimer = clock.after(ms, () => {
      stopListening();
      resolve();
    });
    const stopListening = onAbort(signal, () => {
      cancelTimer();
      reject(abortError(signal));
    });
  });
}

/** Calls `callback` when `signal` is aborted, or at once if it already is; the returned function cancels that. */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal?.aborted) callback();
  signal?.addEventListener('abort', callback);
  return () => signal?.removeEventListener('abort', callback);
}

/** The error for an aborted signal: its own reason if that is an UploadError, else `aborted`. */
export function abortError(signal: AbortSignal | undefined): UploadError {
  const reason: unknown = signal?.reason;
  return reason instanceof UploadError ? reason : new UploadError('aborted', { cause: reason });
}
