import { avGetPixFmtName, type Frame } from 'node-av/lib';
import { expectPresent } from './ffmpeg-result.ts';
import type { OutputSize, Ratio } from './frame-size.ts';
import { type Orientation, orientationFilters } from './orientation.ts';

/** One sink of the video graph: an encoded rendition or stills. */
export interface VideoSink {
  readonly size: OutputSize;
  readonly rate: Ratio;
  /** The scaling algorithm of swscale: `bilinear` (soft), `bicubic`, `lanczos` (sharp). */
  readonly scaler: 'bilinear' | 'bicubic' | 'lanczos';
  /** Only one frame every `seconds`, starting with the first one, at most `most`, in the colour range of JPEG. */
  readonly stills?: { readonly seconds: number; readonly most: number };
}

/**
 * The FFmpeg filter description between decoder and encoders: it deinterlaces if necessary and rotates, then
 * for each sink makes the rate constant from time 0 and scales. `first` is the first decoded frame,
 * `timeBase` that of the timestamps.
 */
export function videoGraph(
  first: Frame,
  timeBase: Ratio,
  orientation: Orientation,
  sinks: readonly VideoSink[],
): string {
  const format = expectPresent(avGetPixFmtName(first.format as never), 'name of its pixel format');
  const source = [
    `video_size=${first.width}x${first.height}`,
    `pix_fmt=${format}`,
    `time_base=${timeBase.num}/${timeBase.den}`,
    `colorspace=${first.colorSpace}`,
    `range=${first.colorRange}`,
  ];
  const common = [
    `buffer@in=${source.join(':')}`,
    // A stream may change its size. The filters after this one keep the first size.
    `scale=${first.width}:${first.height}`,
    'bwdif=mode=send_frame:deint=interlaced',
    ...orientationFilters(orientation),
    `split=${sinks.length}`,
  ];
  const labels = sinks.map((_, index) => `[s${index}]`).join('');
  const branches = sinks.map((sink, index) => `[s${index}]${branch(sink)},buffersink@out${index}`);
  return `${common.join(',')}${labels};${branches.join(';')}`;
}

function branch({ size, rate, scaler, stills }: VideoSink): string {
  const { width, height, scaledWidth, scaledHeight, par } = size;
  const padded = scaledWidth !== width || scaledHeight !== height;
  return [
    `fps=fps=${rate.num}/${rate.den}:start_time=0`,
    ...(stills === undefined ? [] : [still(stills.seconds, stills.most)]),
    `scale=${scaledWidth}:${scaledHeight}:flags=${scaler}:out_range=${stills ? 'pc' : 'tv'}`,
    `format=${stills === undefined ? 'yuv420p' : 'yuvj420p'}`,
    ...(padded ? [`pad=${width}:${height}:-1:-1`] : []),
    `setsar=${par.num}/${par.den}`,
  ].join(',');
}

function still(seconds: number, most: number): string {
  return `select=gte(t\\,selected_n*${seconds})*lt(selected_n\\,${most})`;
}
