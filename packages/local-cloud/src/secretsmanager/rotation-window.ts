import { compileCron } from '../shared/cron.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html: at most every four hours */
const MIN_HOURS = 4;
const MAX_DAYS = 1000;

/** A time in which a rotation happens; in ms since the epoch. */
export interface RotationWindow {
  readonly opens: number;
  readonly closes: number;
}

interface Rules {
  readonly AutomaticallyAfterDays?: number | undefined;
  readonly Duration?: string | undefined;
  readonly ScheduleExpression?: string | undefined;
}

/**
 * Compiles the rotation rules of a secret to its next window after an instant; undefined if there is none. A window
 * of a schedule in days opens at the begin of a day (UTC) and closes at its end; one in hours opens with the hour
 * and closes an hour later; `Duration` sets another length. Throws Error for an invalid rule.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function compileRotationSchedule(
  rules: Rules,
): (last: number) => RotationWindow | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules;
  if (days !== undefined && expression !== undefined)
    throw new Error('only one of AutomaticallyAfterDays and ScheduleExpression is possible');
  if (days !== undefined) return everyDays(days, rules.Duration);
  if (expression === undefined) return () => undefined;
  const rate = /^rate\((\d+) (hour|day)s?\)$/.exec(expression);
  if (rate !== null) {
    const count = Number(rate[1]);
    if (rate[2] === 'day' && count >= 1 && count <= MAX_DAYS)
      return everyDays(count, rules.Duration);
    if (rate[2] === 'hour' && count >= MIN_HOURS && count < MAX_DAYS * 24)
      return everyHours(count, rules.Duration);
  }
  const cron = /^cron\((0 .+)\)$/.exec(expression)?.[1];
  // `/8` stands for every eighth hour from midnight.
  const next = cron === undefined ? undefined : compileCron(cron.replace(/^0 \//, '0 0/'));
  if (next === undefined) {
    throw new Error(
      `ScheduleExpression must be rate(${MIN_HOURS} hours) or more, rate(1 day) to rate(${MAX_DAYS} days), or cron(0 hours day-of-month month day-of-week *); got ${expression}`,
    );
  }
  const severalADay = /^0 [^ ]*[/,*-]/.test(cron ?? '');
  return (last) => {
    const opens = next(last);
    if (opens === undefined) return undefined;
    return { opens, closes: severalADay ? opens + lengthOf(rules, HOUR_MS) : dayEnd(opens, rules) };
  };
}

function everyDays(count: number, Duration: string | undefined) {
  return (last: number): RotationWindow => {
    const opens = Math.floor(last / DAY_MS) * DAY_MS + count * DAY_MS;
    return { opens, closes: dayEnd(opens, { Duration }) };
  };
}

function everyHours(count: number, Duration: string | undefined) {
  return (last: number): RotationWindow => {
    const opens = Math.floor(last / HOUR_MS) * HOUR_MS + count * HOUR_MS;
    return { opens, closes: opens + lengthOf({ Duration }, HOUR_MS) };
  };
}

function dayEnd(opens: number, rules: Rules): number {
  return opens + lengthOf(rules, DAY_MS - (opens % DAY_MS));
}

function lengthOf({ Duration }: Rules, otherwise: number): number {
  return Duration === undefined ? otherwise : Number.parseInt(Duration, 10) * HOUR_MS;
}
