export interface ConcurrencyBounds {
  readonly initial: number;
  readonly max: number;
}

/** Long enough for a few parts on a fast network, short enough to find the best number within a minute. */
const WINDOW_MS = 1_500;
/** Throughput must grow by this much to count as faster: less is noise. */
const MIN_GAIN = 1.05;
/** Windows without another try after one part more was no faster. */
const WINDOWS_AFTER_NO_GAIN = 8;
const WINDOWS_AFTER_HALVING = 2;
/** One failure for this many stored parts is neither overload nor a bad network. */
const STORED_PER_FAILURE = 4;
/** The failure score at which the number is halved. */
const MAX_SCORE = 2 * STORED_PER_FAILURE;

/**
 * How many parts are sent at the same time. Each window's throughput is compared with that of the window before: one
 * part is added as long as that makes it faster, otherwise it is removed and tried again later. If more than about
 * every fifth part fails, the number is halved, at most once a window.
 */
export interface ConcurrencyControl {
  readonly limit: number;
  /**
   * Bytes were sent.
   *
   * @param now milliseconds
   * @param isBusy whether as many parts are being sent as allowed: otherwise the limit has no effect
   */
  moved(bytes: number, now: number, isBusy: boolean): void;
  /** Nothing was sent for a while: the current window does not count. */
  interrupted(): void;
  /** S3 has stored a part. */
  stored(): void;
  /** A part failed in a way that overload or a bad network explain. */
  failed(now: number): void;
}

export function concurrencyControl({ initial, max }: ConcurrencyBounds): ConcurrencyControl {
  let limit = Math.min(initial, max);
  let sentBytes = 0;
  let windowStart: number | undefined;
  /** Bytes a millisecond in the last window; undefined after a failure. */
  let lastRate: number | undefined;
  let hasAdded = false;
  let windowsToSkip = 0;
  let failureScore = 0;
  let halvedAt = -WINDOW_MS;

  const adjust = (rate: number) => {
    const isNoGain = hasAdded && lastRate !== undefined && rate < lastRate * MIN_GAIN;
    lastRate = rate;
    hasAdded = false;
    if (isNoGain) {
      limit--;
      windowsToSkip = WINDOWS_AFTER_NO_GAIN;
    } else if (windowsToSkip > 0) {
      windowsToSkip--;
    } else if (limit < max) {
      limit++;
      hasAdded = true;
    }
  };
  const interrupted = () => {
    sentBytes = 0;
    windowStart = undefined;
  };
  return {
    get limit() {
      return limit;
    },
    moved(bytes, now, isBusy) {
      windowStart ??= now;
      sentBytes += bytes;
      const elapsed = now - windowStart;
      if (elapsed < WINDOW_MS) return;
      if (isBusy) adjust(sentBytes / elapsed);
      sentBytes = 0;
      windowStart = now;
    },
    interrupted,
    stored() {
      failureScore = Math.max(0, failureScore - 1);
    },
    failed(now) {
      failureScore += STORED_PER_FAILURE;
      // Failures at the same time had one cause.
      if (failureScore < MAX_SCORE || now - halvedAt < WINDOW_MS) return;
      halvedAt = now;
      failureScore = 0;
      limit = Math.max(1, Math.floor(limit / 2));
      lastRate = undefined;
      hasAdded = false;
      windowsToSkip = WINDOWS_AFTER_HALVING;
      interrupted();
    },
  };
}
