import { compileSchedule } from '../../src/events/schedule.ts';

const FROM = Date.parse('2026-01-15T10:07:30Z'); // a Thursday
function firings(expression: string, count: number): string[] {
  const next = compileSchedule(expression);
  const found: string[] = [];
  let at: number | undefined = FROM;
  while (found.length < count) {
    at = next(at);
    if (at === undefined) break;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

describe('a schedule', () => {
  it.each([
    ['rate(1 minute)', ['2026-01-15T10:08', '2026-01-15T10:09']],
    ['rate(2 hours)', ['2026-01-15T12:07', '2026-01-15T14:07']],
    ['rate(1 day)', ['2026-01-16T10:07', '2026-01-17T10:07']],
    ['cron(0 12 * * ? *)', ['2026-01-15T12:00', '2026-01-16T12:00']],
    ['cron(0/15 * * * ? *)', ['2026-01-15T10:15', '2026-01-15T10:30']],
    ['cron(5 8-9 ? * MON-FRI *)', ['2026-01-16T08:05', '2026-01-16T09:05', '2026-01-19T08:05']],
    ['cron(0 0 1 * ? *)', ['2026-02-01T00:00', '2026-03-01T00:00']],
    ['cron(0 0 L * ? *)', ['2026-01-31T00:00', '2026-02-28T00:00']],
    ['cron(0 0 31W 1,5 ? *)', ['2026-01-30T00:00', '2026-05-29T00:00']],
    ['cron(0 0 ? * 3#2 *)', ['2026-02-10T00:00', '2026-03-10T00:00']],
    ['cron(0 0 ? * 6L *)', ['2026-01-30T00:00', '2026-02-27T00:00']],
    ['cron(0 0 29 FEB ? *)', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['cron(30 9 1 1 ? 2027)', ['2027-01-01T09:30']],
  ])('%s', (expression, expected) => {
    expect(firings(expression, expected.length)).toEqual(expected);
  });

  it('ends after its last year', () => {
    expect(firings('cron(0 0 1 1 ? 2020-2027)', 5)).toEqual(['2027-01-01T00:00']);
  });

  it.each([
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(5 weeks)',
    'cron(* * * * *)',
    'cron(0 12 * * * *)',
    'cron(0 12 ? * ? *)',
    'cron(60 0 1 * ? *)',
    'cron(0 0 ? * 8 *)',
    'at(2026-01-01T00:00:00)',
  ])('%s is refused', (expression) => {
    expect(() => compileSchedule(expression)).toThrow('ScheduleExpression is not valid');
  });
});
