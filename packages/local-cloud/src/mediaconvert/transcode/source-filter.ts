import { avGetPixFmtName, type Frame } from 'node-av/lib';
import { expectPresent } from './ffmpeg-result.ts';
import type { Ratio } from './frame-size.ts';

/** The source `in` of a filter graph for pictures like this one. */
export function sourceFilter(frame: Frame, timeBase: Ratio): string {
  const format = expectPresent(avGetPixFmtName(frame.format as never), 'name of its pixel format');
  const options = [
    `video_size=${frame.width}x${frame.height}`,
    `pix_fmt=${format}`,
    `time_base=${timeBase.num}/${timeBase.den}`,
    `colorspace=${frame.colorSpace}`,
    `range=${frame.colorRange}`,
  ];
  return `buffer@in=${options.join(':')}`;
}

/** What a filter graph cannot change while it runs. A picture with another shape needs a new graph. */
export function frameShape(frame: Frame): string {
  const { width, height, format, colorSpace, colorRange, colorTrc, colorPrimaries } = frame;
  const { num, den } = frame.sampleAspectRatio;
  return [width, height, format, colorSpace, colorRange, colorTrc, colorPrimaries, num, den].join();
}
