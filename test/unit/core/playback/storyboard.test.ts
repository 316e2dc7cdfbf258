import { cueTime } from '../../../../core/playback/cue-time.ts';
import { storyboardVtt } from '../../../../core/playback/storyboard.ts';

const video = { displayWidth: 1920, displayHeight: 1080 };

describe('A storyboard', () => {
  it('names the whole picture of each interval, the last until the end of the video', () => {
    const names = ['storyboard.0000000.jpg', 'storyboard.0000001.jpg', 'storyboard.0000002.jpg'];
    expect(storyboardVtt(names, 2.4, video)).toBe(`WEBVTT

00:00:00.000 --> 00:00:01.000
storyboard.0000000.jpg#xywh=0,0,320,180

00:00:01.000 --> 00:00:02.000
storyboard.0000001.jpg#xywh=0,0,320,180

00:00:02.000 --> 00:00:02.400
storyboard.0000002.jpg#xywh=0,0,320,180
`);
  });

  it('of a long video has the interval of the job', () => {
    const names = Array.from({ length: 100 }, (_, index) => `${index}.jpg`);
    const vtt = storyboardVtt(names, 12 * 3_600, video);
    expect(vtt).toContain('11:52:48.000 --> 12:00:00.000\n99.jpg');
  });
});

describe('A time of WebVTT', () => {
  it.each([
    [0, '00:00:00.000'],
    [59.9996, '00:01:00.000'],
    [3_661.25, '01:01:01.250'],
    [360_000, '100:00:00.000'],
  ])('of %p s is %p', (seconds, text) => {
    expect(cueTime(seconds)).toBe(text);
  });
});
