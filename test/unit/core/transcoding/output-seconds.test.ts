import { outputSeconds } from '../../../../core/transcoding/output-seconds.ts';
import { mediaOf } from '../../../../core/uploads/parse-records.ts';
import { uploadIn } from '../../../kit/ports/upload-fixture.ts';

const facts = mediaOf(uploadIn('ready'));
if (!facts) throw new Error('The fixture has media facts.');
const [track] = facts.video;
if (!track) throw new Error('The fixture has a video track.');

const secondsOf = (durationSeconds: number, displayWidth: number, displayHeight: number) =>
  outputSeconds({ ...facts, durationSeconds, video: [{ ...track, displayWidth, displayHeight }] });

describe('The output of a job in seconds', () => {
  it.each([
    ['4K', 3840, 2160, 6],
    ['1080p', 1920, 1080, 5],
    ['portrait', 1080, 1920, 5],
    ['360p', 640, 360, 2],
    ['tiny', 32, 32, 1],
  ])('is the duration once for each rendition: %s', (_, width, height, renditions) => {
    expect(secondsOf(60, width, height)).toBe(60 * renditions);
  });

  it('is at least the ten seconds that are billed, and whole seconds', () => {
    expect(secondsOf(1, 640, 360)).toBe(20);
    expect(secondsOf(60.01, 640, 360)).toBe(122);
  });

  it('is nothing without a video track', () => {
    expect(outputSeconds({ ...facts, video: [] })).toBe(0);
  });
});
