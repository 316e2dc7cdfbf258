import { AwsError } from '../shared/aws-error.ts';
import { compileCron } from '../shared/cron.ts';

/**
 * The first time after `instant` at which a schedule fires, in ms since the epoch; undefined after its last
 * firing.
 */
export type NextFiring = (instant: number) => number | undefined;

const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
export function compileSchedule(expression: string): NextFiring {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) {
    const value = Number(rate[1]);
    if (value < 1 || (value === 1) !== (rate[3] === '')) throw invalid(expression);
    const step = value * UNITS[rate[2] as keyof typeof UNITS];
    return (instant) => instant + step;
  }
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1];
  const next = cron === undefined ? undefined : compileCron(cron);
  if (next === undefined) throw invalid(expression);
  return next;
}

function invalid(expression: string): AwsError {
  return new AwsError(
    'ValidationException',
    `Parameter ScheduleExpression is not valid: ${expression}; allowed are rate(1 minute), rate(5 minutes) and cron(minutes hours day-of-month month day-of-week year), with ? in one of the two day fields.`,
  );
}
