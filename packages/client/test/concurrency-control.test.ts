import fc from 'fast-check';
import { type ConcurrencyControl, concurrencyControl } from '../src/concurrency-control.ts';

const WINDOW = 1_500;

/** Reports windows on a network whose throughput depends on the number of parts. Returns the limit after each. */
function runWindows(
  control: ConcurrencyControl,
  windows: number,
  rate: (parts: number) => number,
  from = 0,
): number[] {
  const limits: number[] = [];
  for (let window = 0; window < windows; window++) {
    const start = from + window * 2_000;
    control.moved(0, start, true);
    control.moved(rate(control.limit) * 2_000, start + 2_000, true);
    control.interrupted();
    limits.push(control.limit);
  }
  return limits;
}

describe('The number of parts that are sent at the same time', () => {
  it('starts as given, but not above its maximum', () => {
    expect(concurrencyControl({ initial: 4, max: 8 }).limit).toBe(4);
    expect(concurrencyControl({ initial: 6, max: 3 }).limit).toBe(3);
  });

  it('grows to its maximum while every added part makes it faster', () => {
    const control = concurrencyControl({ initial: 4, max: 12 });
    expect(runWindows(control, 12, (parts) => parts * 1_000)).toEqual([
      5, 6, 7, 8, 9, 10, 11, 12, 12, 12, 12, 12,
    ]);
  });

  it('is taken back if a part more gains less than 5 %, and tried again 9 windows later', () => {
    const control = concurrencyControl({ initial: 2, max: 16 });
    const limits = runWindows(control, 22, (parts) => Math.min(parts, 3) * 1_000);
    expect(limits).toEqual([...[3, 4, 3, ...Array(8).fill(3)], ...[4, 3, ...Array(8).fill(3), 4]]);
    const slightly = (gain: number) =>
      runWindows(concurrencyControl({ initial: 1, max: 9 }), 2, (parts) =>
        parts === 1 ? 1_000 : 1_000 * gain,
      );
    expect(slightly(1.06)).toEqual([2, 3]);
    expect(slightly(1.04)).toEqual([2, 1]);
  });

  it('is compared once in 1.5 seconds', () => {
    const control = concurrencyControl({ initial: 1, max: 9 });
    control.moved(1, 0, true);
    control.moved(1, WINDOW - 1, true);
    expect(control.limit).toBe(1);
    control.moved(1, WINDOW, true);
    expect(control.limit).toBe(2);
    // The next window starts with nothing: 10 bytes in 1.5 seconds are faster than 3.
    control.moved(10, 2 * WINDOW, true);
    expect(control.limit).toBe(3);
  });

  it('ignores a window that was interrupted', () => {
    const control = concurrencyControl({ initial: 1, max: 9 });
    control.moved(1_000, 0, true);
    control.interrupted();
    control.moved(0, 60_000, true);
    expect(control.limit).toBe(1);
    control.moved(1_000, 60_000 + WINDOW, true);
    expect(control.limit).toBe(2);
  });

  it('is halved by two failures, once for those that happen together, and never below one', () => {
    const control = concurrencyControl({ initial: 8, max: 8 });
    control.failed(10_000);
    expect(control.limit).toBe(8);
    for (let failures = 1; failures < 8; failures++) control.failed(10_000 + failures);
    expect(control.limit).toBe(4);
    for (let at = 20_000; at < 60_000; at += 1_000) control.failed(at);
    expect(control.limit).toBe(1);
  });

  it('is halved at most once in 1.5 seconds', () => {
    const control = concurrencyControl({ initial: 16, max: 16 });
    for (const at of [0, 0, WINDOW - 1, WINDOW - 1]) control.failed(at);
    expect(control.limit).toBe(8);
    control.failed(WINDOW);
    expect(control.limit).toBe(4);
  });

  it.each([
    [10, 8],
    [6, 8],
    [4, 2],
    [3, 1],
  ])('when every %ith part fails is %i after 100 parts', (everyNth, expected) => {
    const control = concurrencyControl({ initial: 8, max: 8 });
    for (let part = 1; part <= 100; part++) {
      if (part % everyNth === 0) control.failed(part * 2_000);
      else control.stored();
    }
    if (expected === 8) expect(control.limit).toBe(8);
    else expect(control.limit).toBeLessThanOrEqual(expected);
  });

  it('stored parts give no credit for later failures', () => {
    const control = concurrencyControl({ initial: 8, max: 8 });
    for (let part = 0; part < 100; part++) control.stored();
    control.failed(0);
    control.failed(1);
    expect(control.limit).toBe(4);
  });

  it('grows again after failures, two windows later, without a comparison with the time before', () => {
    const control = concurrencyControl({ initial: 8, max: 8 });
    runWindows(control, 3, () => 1_000_000);
    control.failed(6_000);
    control.failed(6_001);
    expect(runWindows(control, 7, (parts) => parts * 1_000, 10_000)).toEqual([4, 4, 5, 6, 7, 8, 8]);
  });

  it('does not change while fewer parts are sent than allowed', () => {
    const control = concurrencyControl({ initial: 4, max: 8 });
    for (let at = 0; at < 60_000; at += 500) control.moved(1_000, at, false);
    expect(control.limit).toBe(4);
  });

  it('stays within its bounds whatever happens', () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('moved'), bytes: fc.nat(1e9), after: fc.nat(5_000) }),
      fc.record({ kind: fc.constant('failed'), bytes: fc.constant(0), after: fc.nat(5_000) }),
    );
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 1, max: 16 }), (events, max) => {
        const control = concurrencyControl({ initial: 4, max });
        let now = 0;
        for (const { kind, bytes, after } of events) {
          now += after;
          if (kind === 'failed') control.failed(now);
          else control.moved(bytes, now, true);
          expect(control.limit).toBeGreaterThanOrEqual(1);
          expect(control.limit).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});
