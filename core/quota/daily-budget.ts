import type { GivenReason } from '../contract/reasons.ts';
import type { DayItem } from '../uploads/records.ts';
import type { Budgets } from './budgets.ts';

/** The amounts of an owner's day item, each with a budget, and the reason if it is used up. */
const CODES = {
  uploads: 'daily_uploads_exceeded',
  outputSeconds: 'daily_output_exceeded',
  companionSessions: 'daily_sessions_exceeded',
} as const;

type DailyAmount = keyof typeof CODES;

/** What an owner wants to use of one day's budget. */
export interface DailyUse<Amount extends DailyAmount = DailyAmount> {
  readonly amount: Amount;
  readonly count: number;
  /** The most that a day may have of this amount. */
  readonly limit: number;
}

export type DailyRefusal<Amount extends DailyAmount> = GivenReason<(typeof CODES)[Amount]> & {
  readonly detail: string;
  /** Until the next day begins. */
  readonly retryAfterSeconds: number;
};

const DAY_MS = 86_400_000;

/** How long an owner's day item is kept: what was used last week may have to be explained. */
const KEPT_DAYS = 8;

/** The UTC day of an instant: `2026-11-30`. @param now milliseconds since the epoch */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** When TTL deletes the item of the day. @returns seconds since the epoch */
export function dayExpiresAt(now: number): number {
  return (startOfNextDay(now) + KEPT_DAYS * DAY_MS) / 1000;
}

export function oneUpload({ uploadsPerDay: limit }: Budgets): DailyUse<'uploads'> {
  return { amount: 'uploads', count: 1, limit };
}

/** @param count seconds of output (`core/transcoding/output-seconds.ts`) */
export function outputOf(
  count: number,
  { outputMinutesPerDay }: Pick<Budgets, 'outputMinutesPerDay'>,
): DailyUse<'outputSeconds'> {
  return { amount: 'outputSeconds', count, limit: outputMinutesPerDay * 60 };
}

export function oneCompanionSession({
  companionSessionsPerDay: limit,
}: Budgets): DailyUse<'companionSessions'> {
  return { amount: 'companionSessions', count: 1, limit };
}

const WORDS: Readonly<Record<DailyAmount, string>> = {
  uploads: 'uploads',
  outputSeconds: 'seconds of output',
  companionSessions: 'Companion sessions',
};

/**
 * The reason why an owner may not use more of a day's budget; undefined if it has room.
 *
 * @param held the owner's item of the day; undefined for an owner without one
 * @param now milliseconds since the epoch
 */
export function dailyRefusal<Amount extends DailyAmount>(
  held: Partial<Pick<DayItem, DailyAmount>> | undefined,
  { amount, count, limit }: DailyUse<Amount>,
  now: number,
): DailyRefusal<Amount> | undefined {
  const used = held?.[amount] ?? 0;
  if (used + count <= limit) return undefined;
  const next = startOfNextDay(now);
  const needed = amount === 'outputSeconds' ? `, and the video needs ${count}` : '';
  return {
    code: CODES[amount],
    detail: `${used} of ${limit} ${WORDS[amount]} of ${dayOf(now)} are used${needed}; the next day begins at ${new Date(next).toISOString()}.`,
    retryAfterSeconds: secondsToNextDay(now),
  };
}

/** The rounding is upwards, so that the next day has begun. @param now milliseconds since the epoch */
export function secondsToNextDay(now: number): number {
  return Math.ceil((startOfNextDay(now) - now) / 1000);
}

function startOfNextDay(now: number): number {
  return (Math.floor(now / DAY_MS) + 1) * DAY_MS;
}
