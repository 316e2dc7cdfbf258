import fc from 'fast-check';
import { progressMeter } from '../src/progress-meter.ts';

const PART = 1_000;

describe('Progress', () => {
  it('never goes back, and ends with all bytes, whatever fails', () => {
    const event = fc.record({
      partNumber: fc.integer({ min: 1, max: 8 }),
      kind: fc.constantFrom('sending', 'interrupted', 'stored', 'measure'),
      bytes: fc.integer({ min: 0, max: PART }),
      after: fc.integer({ min: 0, max: 3_000 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 100 }), (events) => {
        const meter = progressMeter(8 * PART);
        const stored = new Set<number>();
        let now = 0;
        let shown = 0;
        const measure = () => {
          const progress = meter.measure(now, 'uploading');
          expect(progress.sentBytes).toBeGreaterThanOrEqual(shown);
          expect(progress.sentBytes).toBeLessThanOrEqual(8 * PART);
          expect(progress.bytesPerSecond).toBeGreaterThanOrEqual(0);
          shown = progress.sentBytes;
        };
        for (const { partNumber, kind, bytes, after } of events) {
          now += after;
          if (kind === 'measure') measure();
          if (stored.has(partNumber)) continue;
          if (kind === 'sending') meter.sending(partNumber, bytes);
          if (kind === 'interrupted') meter.interrupted(partNumber);
          if (kind === 'stored') {
            meter.stored(partNumber, PART);
            stored.add(partNumber);
          }
          measure();
        }
        for (let partNumber = 1; partNumber <= 8; partNumber++) {
          if (!stored.has(partNumber)) meter.stored(partNumber, PART);
        }
        expect(meter.measure(now, 'uploading').sentBytes).toBe(8 * PART);
      }),
    );
  });

  it('counts the bytes of each active part once, and how many parts are active', () => {
    const meter = progressMeter(8 * PART);
    expect(meter.sending(1, 300)).toBe(300);
    expect(meter.sending(1, 500)).toBe(200);
    expect(meter.sending(1, 400)).toBe(0);
    expect(meter.sending(2, 100)).toBe(100);
    expect(meter.measure(0, 'uploading')).toEqual({
      state: 'uploading',
      sentBytes: 500,
      totalBytes: 8 * PART,
      bytesPerSecond: 0,
      secondsLeft: undefined,
      activeParts: 2,
    });
    meter.stored(1, PART);
    meter.interrupted(2);
    expect(meter.measure(0, 'uploading')).toMatchObject({ sentBytes: PART, activeParts: 0 });
  });

  it('keeps its highest value when a stored part disappears, and counts it again later', () => {
    const meter = progressMeter(2 * PART);
    meter.stored(1, PART);
    meter.stored(2, PART);
    expect(meter.measure(0, 'completing').sentBytes).toBe(2 * PART);
    meter.lost(PART);
    expect(meter.measure(0, 'uploading').sentBytes).toBe(2 * PART);
    meter.sending(1, PART);
    // One second for half of the file that is missing.
    expect(meter.measure(1_000, 'uploading')).toMatchObject({ secondsLeft: 0 });
  });

  /** Sends at a constant speed, measured every 100 ms. */
  function steady(bytesPerSecond: number, seconds: number) {
    const meter = progressMeter(1e9);
    const measurements = [];
    for (let tick = 0; tick <= seconds * 10; tick++) {
      meter.sending(1, (bytesPerSecond / 10) * tick);
      measurements.push(meter.measure(tick * 100, 'uploading'));
    }
    return { meter, measurements };
  }

  it('shows the speed and the time left at a constant speed', () => {
    const last = steady(1e6, 10).measurements.at(-1);
    expect(last?.bytesPerSecond).toBe(1e6);
    expect(last?.secondsLeft).toBe(990);
  });

  it('shows a speed that falls smoothly when nothing moves', () => {
    const { meter } = steady(1e6, 10);
    const speeds = [10_500, 12_000, 30_000].map(
      (now) => meter.measure(now, 'uploading').bytesPerSecond,
    );
    // exp(-t / 4 s) of the speed before.
    expect(speeds).toEqual([
      Math.round(1e6 * Math.exp(-0.125)),
      Math.round(1e6 * Math.exp(-0.5)),
      Math.round(1e6 * Math.exp(-5)),
    ]);
  });

  it('shows no time left below one byte a second', () => {
    const meter = progressMeter(PART);
    meter.measure(0, 'uploading');
    meter.sending(1, 1);
    expect(meter.measure(1_000, 'uploading')).toMatchObject({
      bytesPerSecond: 1,
      secondsLeft: 999,
    });
    expect(meter.measure(2_000, 'uploading').secondsLeft).toBeUndefined();
  });

  it('does not change the speed when it is measured twice at the same time', () => {
    const { meter } = steady(1e6, 10);
    meter.sending(1, 2e7);
    expect(meter.measure(10_000, 'uploading').bytesPerSecond).toBe(1e6);
  });

  it('counts bytes that S3 has already as progress, not as speed', () => {
    const meter = progressMeter(8 * PART);
    meter.alreadyStored(4 * PART);
    meter.measure(0, 'uploading');
    expect(meter.measure(1_000, 'uploading')).toMatchObject({
      sentBytes: 4 * PART,
      bytesPerSecond: 0,
      secondsLeft: undefined,
    });
  });

  it('has no speed while it is paused, and starts from zero afterwards', () => {
    const { meter } = steady(1e6, 3);
    meter.sending(2, 1e6);
    expect(meter.measure(3_100, 'paused').bytesPerSecond).toBe(0);
    expect(meter.measure(9_000, 'uploading').bytesPerSecond).toBe(0);
    meter.sending(2, 2e6);
    expect(meter.measure(10_000, 'uploading').bytesPerSecond).toBe(1e6);
  });
});
