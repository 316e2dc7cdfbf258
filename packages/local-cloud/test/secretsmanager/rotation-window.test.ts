import { compileRotationSchedule } from '../../src/secretsmanager/rotation-window.ts';

const next = (rules: Parameters<typeof compileRotationSchedule>[0], last: string) => {
  const window = compileRotationSchedule(rules)(Date.parse(last));
  return window && [window.opens, window.closes].map((ms) => new Date(ms).toISOString());
};

// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
it.each([
  ['rate(10 days)', '2026-01-01T15:00:00Z', '2026-01-11T00:00:00.000Z', '2026-01-12T00:00:00.000Z'],
  ['rate(4 hours)', '2026-01-01T15:20:00Z', '2026-01-01T19:00:00.000Z', '2026-01-01T20:00:00.000Z'],
  [
    'cron(0 8 ? * SAT *)',
    '2026-01-01T00:00:00Z',
    '2026-01-03T08:00:00.000Z',
    '2026-01-04T00:00:00.000Z',
  ],
  [
    'cron(0 /8 * * ? *)',
    '2026-01-01T07:00:00Z',
    '2026-01-01T08:00:00.000Z',
    '2026-01-01T09:00:00.000Z',
  ],
])('%s after %s opens at %s and closes at %s', (ScheduleExpression, last, ...window) => {
  expect(next({ ScheduleExpression }, last)).toEqual(window);
});

it('Duration sets the length of the window', () => {
  const rules = { AutomaticallyAfterDays: 1, Duration: '3h' };
  expect(next(rules, '2026-01-01T15:00:00Z')?.[1]).toBe('2026-01-02T03:00:00.000Z');
});

it.each(['rate(3 hours)', 'rate(1001 days)', 'rate(5 minutes)', 'cron(5 8 * * ? *)', 'daily'])(
  '%s is refused',
  (ScheduleExpression) => {
    expect(() => compileRotationSchedule({ ScheduleExpression })).toThrow('must be');
  },
);

it('Without rules there is no window', () => {
  expect(next({}, '2026-01-01T00:00:00Z')).toBeUndefined();
});
