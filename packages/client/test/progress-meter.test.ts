import fc from 'fast-check';
import { ProgressMeter } from '../src/progress-meter.ts';

const PART = 1_000;

describe('Progress', () => {
  it('never goes back, and ends with every byte, whatever breaks off', () => {
    const happening = fc.record({
      partNumber: fc.integer({ min: 1, max: 8 }),
      kind: fc.constantFrom('sending', 'broken', 'arrived', 'look'),
      bytes: fc.integer({ min: 0, max: PART }),
      after: fc.integer({ min: 0, max: 3_000 }),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 100 }), (happenings) => {
        const meter = new ProgressMeter(8 * PART);
        const done = new Set<number>();
        let now = 0;
        let shown = 0;
        const look = () => {
          const progress = meter.look(now, 'uploading', true);
          expect(progress.sentBytes).toBeGreaterThanOrEqual(shown);
          expect(progress.sentBytes).toBeLessThanOrEqual(8 * PART);
          expect(progress.bytesPerSecond).toBeGreaterThanOrEqual(0);
          shown = progress.sentBytes;
        };
        for (const { partNumber, kind, bytes, after } of happenings) {
          now += after;
          if (kind === 'look') look();
          if (done.has(partNumber)) continue;
          if (kind === 'sending') meter.sending(partNumber, bytes);
          if (kind === 'broken') meter.brokenOff(partNumber);
          if (kind === 'arrived') {
            meter.arrived(partNumber, PART);
            done.add(partNumber);
          }
          look();
        }
        for (let partNumber = 1; partNumber <= 8; partNumber++) {
          if (!done.has(partNumber)) meter.arrived(partNumber, PART);
        }
        expect(meter.look(now, 'uploading', true).sentBytes).toBe(8 * PART);
      }),
    );
  });

  /** A steady line, with a look every 100 ms. */
  function steady(bytesPerSecond: number, seconds: number) {
    const meter = new ProgressMeter(1e9);
    const looks = [];
    for (let tick = 0; tick <= seconds * 10; tick++) {
      meter.sending(1, (bytesPerSecond / 10) * tick);
      looks.push(meter.look(tick * 100, 'uploading', true));
    }
    return { meter, looks };
  }

  it('tells speed and time left of a steady line', () => {
    const last = steady(1e6, 10).looks.at(-1);
    expect(last?.bytesPerSecond).toBeCloseTo(1e6, -4);
    expect(last?.secondsLeft).toBeGreaterThan(980);
    expect(last?.secondsLeft).toBeLessThan(1_000);
  });

  it('has its speed fall smoothly when nothing moves any more', () => {
    const { meter } = steady(1e6, 10);
    const after = [10_500, 12_000, 30_000].map(
      (now) => meter.look(now, 'uploading', true).bytesPerSecond,
    );
    expect(after[0]).toBeGreaterThan(8e5);
    expect(after[1]).toBeLessThan(after[0] ?? 0);
    expect(after[2]).toBeLessThan(2e4);
  });

  it('counts what S3 holds already as progress, not as speed', () => {
    const meter = new ProgressMeter(8 * PART);
    meter.kept(4 * PART);
    meter.look(0, 'uploading', true);
    expect(meter.look(1_000, 'uploading', true)).toMatchObject({
      sentBytes: 4 * PART,
      bytesPerSecond: 0,
      secondsLeft: undefined,
    });
  });

  it('has no speed while it is paused', () => {
    const { meter } = steady(1e6, 3);
    expect(meter.look(3_100, 'paused', true).bytesPerSecond).toBe(0);
  });
});
