/** Every thirtieth part of a budget is written: every tenth request of the default one. */
const WRITES_PER_BUDGET = 30;

const MINUTE_MS = 60_000;

/** The UTC minute of an instant: `2026-11-30T17:34`. @param now milliseconds since the epoch */
export function minuteOf(now: number): string {
  return new Date(now).toISOString().slice(0, 16);
}

/** When TTL deletes the item of the minute. @returns seconds since the epoch */
export function minuteExpiresAt(now: number): number {
  return startOfNextMinute(now) / 1000 + 3_600;
}

/** The rounding is upwards, so that the next minute has begun. */
export function secondsToNextMinute(now: number): number {
  return Math.ceil((startOfNextMinute(now) - now) / 1000);
}

/**
 * How many requests an instance of a function counts before it writes their number. An instance lets up to one less
 * than this pass without a write; so `n` instances together exceed a budget by at most `n` times that number.
 *
 * @param limit requests a minute
 */
export function requestsPerWrite(limit: number): number {
  return Math.max(1, Math.floor(limit / WRITES_PER_BUDGET));
}

function startOfNextMinute(now: number): number {
  return (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
}
