import fc from 'fast-check';
import {
  minuteExpiresAt,
  minuteOf,
  requestsPerWrite,
  secondsToNextMinute,
} from '../../../../core/quota/request-rate.ts';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');

describe('The requests of a minute', () => {
  it('are counted in a minute of UTC, whose item TTL deletes an hour after its end', () => {
    expect(minuteOf(NOW)).toBe('2026-03-04T05:06');
    expect(new Date(minuteExpiresAt(NOW) * 1000).toISOString()).toBe('2026-03-04T06:07:00.000Z');
  });

  it('begin again after the wait, and not before', () => {
    expect(secondsToNextMinute(NOW)).toBe(53);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (now) => {
        const then = now + secondsToNextMinute(now) * 1000;
        expect(minuteOf(then)).not.toBe(minuteOf(now));
        expect(minuteOf(then - 1_000)).toBe(minuteOf(now));
      }),
    );
  });

  it.each([
    [1, 1],
    [59, 1],
    [60, 2],
    [240, 8],
    [300, 10],
    [3_000, 100],
  ])('with a budget of %d are written %d at a time', (limit, count) => {
    expect(requestsPerWrite(limit)).toBe(count);
  });
});
