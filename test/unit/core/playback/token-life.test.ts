import { tokenLifeSeconds } from '../../../../core/playback/token-life.ts';

describe('The life of a playback token', () => {
  it.each([
    [0.4, 7_201],
    [3_600, 10_800],
    [12 * 3_600, 14 * 3_600],
    [20 * 3_600, 14 * 3_600],
  ])('for a video of %p s is %p s', (duration, seconds) => {
    expect(tokenLifeSeconds(duration, 'play')).toBe(seconds);
  });

  it('is an hour in review, however long the video is', () => {
    expect(tokenLifeSeconds(12 * 3_600, 'review')).toBe(3_600);
  });
});
