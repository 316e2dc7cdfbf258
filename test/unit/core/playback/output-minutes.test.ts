import { outputMinutes } from '../../../../core/playback/output-minutes.ts';

describe('The minutes of output', () => {
  it('are those of every rendition', () => {
    expect(outputMinutes(600, 5)).toBe(50);
    expect(outputMinutes(600, 0)).toBe(0);
  });

  it('are ten seconds at least for each', () => {
    expect(outputMinutes(1, 6)).toBeCloseTo(1, 12);
    expect(outputMinutes(10, 6)).toBeCloseTo(1, 12);
    expect(outputMinutes(11, 6)).toBeCloseTo(1.1, 12);
  });
});
