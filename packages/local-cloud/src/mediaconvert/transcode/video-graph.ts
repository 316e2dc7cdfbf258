import { avGetPixFmtName, type Frame } from 'node-av/lib';
import { expectPresent } from './ffmpeg-result.ts';
import type { OutputSize, Ratio } from './frame-size.ts';
import { type Orientation, orientationFilters } from './orientation.ts';

/** One sink of the video graph: an encoded rendition, or stills. */
export interface VideoSink {
  readonly size: OutputSize;
  readonly rate: Ratio;
  /** swscale's kernel: `bilinear` (soft), `bicubic`, `lanczos` (sharp). */
  readonly kernel: 'bilinear' | 'bicubic' | 'lanczos';
  /** Only one frame each `seconds`, beginning with the first, `most` at the most, in JPEG's colour range. */
  readonly stills?: { readonly seconds: number; readonly most: number };
}

/**
 * The whole way of a decoded frame to the encoders as an FFmpeg filter description: deinterlace where the
 * source says so, turn upright; then for each sink make the rate constant from instant 0 on, and scale.
 * `first` is the first decoded frame; `timeBase` that of the timestamps pushed.
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
    // A stream may change its size on the way; everything after this filter keeps the first one.
    `scale=${first.width}:${first.height}`,
    'bwdif=mode=send_frame:deint=interlaced',
    ...orientationFilters(orientation),
    `split=${sinks.length}`,
  ];
  const labels = sinks.map((_, index) => `[s${index}]`).join('');
  const branches = sinks.map((sink, index) => `[s${index}]${branch(sink)},buffersink@out${index}`);
  return `${common.join(',')}${labels};${branches.join(';')}`;
}

function branch({ size, rate, kernel, stills }: VideoSink): string {
  const { width, height, scaledWidth, scaledHeight, par } = size;
  const padded = scaledWidth !== width || scaledHeight !== height;
  return [
    `fps=fps=${rate.num}/${rate.den}:start_time=0`,
    ...(stills === undefined ? [] : [still(stills.seconds, stills.most)]),
    `scale=${scaledWidth}:${scaledHeight}:flags=${kernel}:out_range=${stills ? 'pc' : 'tv'}`,
    `format=${stills === undefined ? 'yuv420p' : 'yuvj420p'}`,
    ...(padded ? [`pad=${width}:${height}:-1:-1`] : []),
    `setsar=${par.num}/${par.den}`,
  ].join(',');
}

function still(seconds: number, most: number): string {
  return `select=gte(t\\,selected_n*${seconds})*lt(selected_n\\,${most})`;
}
