import fc from 'fast-check';
import { ConcurrencyControl } from '../src/concurrency.ts';

/** Lets so many windows pass over a line whose throughput depends on the number of parts. */
function drive(
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

describe('The number of parts on their way', () => {
  it('grows to its bound while every part more makes it faster', () => {
    const control = new ConcurrencyControl({ start: 4, most: 12 });
    drive(control, 30, (parts) => parts * 1_000);
    expect(control.limit).toBe(12);
  });

  it('stays about where the line is full', () => {
    const control = new ConcurrencyControl({ start: 2, most: 16 });
    const limits = drive(control, 60, (parts) => Math.min(parts, 6) * 1_000);
    for (const limit of limits.slice(20)) {
      expect(limit).toBeGreaterThanOrEqual(6);
      expect(limit).toBeLessThanOrEqual(8);
    }
  });

  it('is halved by a failure, once for what fails together, and never below one', () => {
    const control = new ConcurrencyControl({ start: 8, most: 8 });
    for (let failures = 0; failures < 8; failures++) control.failed(10_000 + failures);
    expect(control.limit).toBe(4);
    for (let at = 20_000; at < 60_000; at += 1_000) control.failed(at);
    expect(control.limit).toBe(1);
  });

  it('is not halved for every tenth part, but for every third', () => {
    const afterFailures = (everyNth: number) => {
      const control = new ConcurrencyControl({ start: 8, most: 8 });
      for (let part = 1; part <= 100; part++) {
        if (part % everyNth === 0) control.failed(part * 2_000);
        else control.arrived();
      }
      return control.limit;
    };
    expect(afterFailures(10)).toBe(8);
    expect(afterFailures(3)).toBe(1);
  });

  it('comes back after failures', () => {
    const control = new ConcurrencyControl({ start: 8, most: 8 });
    control.failed(0);
    control.failed(1);
    expect(control.limit).toBe(4);
    drive(control, 40, (parts) => parts * 1_000, 10_000);
    expect(control.limit).toBe(8);
  });

  it('is not judged while there is less to send than may be sent', () => {
    const control = new ConcurrencyControl({ start: 4, most: 8 });
    for (let at = 0; at < 60_000; at += 500) control.moved(1_000, at, false);
    expect(control.limit).toBe(4);
  });

  it('stays where the caller has fixed it, but for failures', () => {
    const control = new ConcurrencyControl({ start: 3, most: 3 });
    drive(control, 30, (parts) => parts * 1_000);
    expect(control.limit).toBe(3);
  });

  it('is within its bounds whatever happens', () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('moved'), bytes: fc.nat(1e9), after: fc.nat(5_000) }),
      fc.record({ kind: fc.constant('failed'), bytes: fc.constant(0), after: fc.nat(5_000) }),
    );
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 1, max: 16 }), (events, most) => {
        const control = new ConcurrencyControl({ start: 4, most });
        let now = 0;
        for (const { kind, bytes, after } of events) {
          now += after;
          if (kind === 'failed') control.failed(now);
          else control.moved(bytes, now, true);
          expect(control.limit).toBeGreaterThanOrEqual(1);
          expect(control.limit).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
