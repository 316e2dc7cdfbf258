/** How long the checks wait. */
export interface Limits {
  /** Milliseconds until an execution must have claimed a complete upload. The reconciler needs ten minutes. */
  readonly startMs: number;
  /** Milliseconds until an upload must have ended. */
  readonly endMs: number;
  /** Milliseconds between two looks. */
  readonly everyMs: number;
}

/** For AWS: events take seconds, and a job of a short video a minute or two. */
export const AWS_LIMITS: Limits = { startMs: 120_000, endMs: 20 * 60_000, everyMs: 3_000 };

export const LOCAL_LIMITS: Limits = { startMs: 60_000, endMs: 10 * 60_000, everyMs: 250 };

/** Calls `look` until it returns something, at most for `limitMs`; then undefined. */
export async function waitFor<Found>(
  look: () => Promise<Found | undefined>,
  limitMs: number,
  everyMs: number,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() + everyMs > end) return undefined;
    await pause(everyMs, signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
