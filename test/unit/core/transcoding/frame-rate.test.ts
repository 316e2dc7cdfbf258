import fc from 'fast-check';
import {
  MAX_FRAME_RATE,
  outputFrameRate,
  reducedFrameRate,
} from '../../../../core/transcoding/frame-rate.ts';

describe('The frame rate of the outputs', () => {
  it.each([[undefined], [1], [23.976], [25], [30], [59.94], [60]])(
    'follows a source with %s frames per second',
    (frameRate) => {
      expect(reducedFrameRate(frameRate)).toBeUndefined();
      expect(outputFrameRate(frameRate)).toBe(frameRate);
    },
  );

  it.each([
    ['slow motion of a phone', 240, 60, 1],
    ['slow motion whose average is a little lower', 239.98, 60, 1],
    ['a screen with 120 Hz', 120, 60, 1],
    ['NTSC slow motion', 119.88, 60_000, 1001],
    ['PAL slow motion', 100, 50, 1],
    ['a screen with 144 Hz', 144, 48, 1],
    ['a screen with 75 Hz', 75, 37_500, 1000],
    ['a little more than 60, which is a measured 60', 60.2, 60, 1],
    ['1,000', 1000, 58_824, 1000],
  ])('is divided by a whole number for %s', (_what, frameRate, numerator, denominator) => {
    expect(reducedFrameRate(frameRate)).toEqual({ numerator, denominator });
  });

  it('is at most 60, at least 30, and made of whole numbers', () => {
    fc.assert(
      fc.property(fc.double({ min: 60.0001, max: 10_000, noNaN: true }), (frameRate) => {
        const { numerator, denominator } = reducedFrameRate(frameRate) ?? {};
        expect([numerator, denominator].every(Number.isInteger)).toBe(true);
        const rate = outputFrameRate(frameRate) ?? Number.NaN;
        expect(rate).toBeLessThanOrEqual(MAX_FRAME_RATE);
        expect(rate).toBeGreaterThan(30);
      }),
    );
  });
});
