import type { Frame } from 'node-av/lib';
import type { VideoPreprocessors } from '../settings/video-settings.ts';
import { type Colour, outputColour } from './colour.ts';
import { scaleFilter, tableFilters } from './colour-filters.ts';
import type { OutputSize, Ratio } from './frame-size.ts';
import { sourceFilter } from './source-filter.ts';

/** One sink of the video graph: an encoded rendition or stills. */
export interface VideoSink {
  readonly size: OutputSize;
  /** The scaling algorithm of swscale: `bilinear` (soft), `bicubic`, `lanczos` (sharp). */
  readonly scaler: 'bilinear' | 'bicubic' | 'lanczos';
  readonly corrector: VideoPreprocessors['colorCorrector'];
  /** In the colour range of JPEG. */
  readonly still: boolean;
}

/** The colour of the pictures, and the colour table of each sink that converts it. */
export interface GraphColours {
  readonly from: Colour;
  tableFor(corrector: VideoSink['corrector']): string | undefined;
}

/**
 * The FFmpeg filter description between prepared pictures and encoders: colour tables, each once for all sinks with
 * the same settings, then a scaler for each sink.
 */
export function videoGraph(
  frame: Frame,
  timeBase: Ratio,
  { from, tableFor }: GraphColours,
  sinks: readonly VideoSink[],
): string {
  const tables = [...new Set(sinks.map((sink) => tableFor(sink.corrector)))];
  const lines = [`${sourceFilter(frame, timeBase)},split=${tables.length}${labels('t', tables)}`];
  for (const [index, table] of tables.entries()) {
    const users = sinks.flatMap((sink, at) => (tableFor(sink.corrector) === table ? [at] : []));
    const filters = table === undefined ? [] : tableFilters(from, table);
    const split = `split=${users.length}${users.map((at) => `[s${at}]`).join('')}`;
    lines.push(`[t${index}]${[...filters, split].join(',')}`);
  }
  for (const [index, sink] of sinks.entries()) {
    const mapped = tableFor(sink.corrector) !== undefined;
    lines.push(`[s${index}]${branch(sink, from, mapped)},buffersink@out${index}`);
  }
  return lines.join(';');
}

function branch({ size, scaler, corrector, still }: VideoSink, from: Colour, mapped: boolean) {
  const { width, height, scaledWidth, scaledHeight, par } = size;
  const padded = scaledWidth !== width || scaledHeight !== height;
  const made = outputColour(from, corrector, mapped);
  const to = still ? { ...made, fullRange: true } : made;
  const { primaries, transfer, matrix } = to;
  return [
    scaleFilter({ width: scaledWidth, height: scaledHeight }, scaler, mapped ? made : from, to),
    `format=${still ? 'yuvj420p' : 'yuv420p'}`,
    ...(padded ? [`pad=${width}:${height}:-1:-1`] : []),
    `setparams=color_primaries=${primaries}:color_trc=${transfer}:colorspace=${matrix}`,
    `setsar=${par.num}/${par.den}`,
  ].join(',');
}

function labels(letter: string, items: readonly unknown[]): string {
  return items.map((_, index) => `[${letter}${index}]`).join('');
}
