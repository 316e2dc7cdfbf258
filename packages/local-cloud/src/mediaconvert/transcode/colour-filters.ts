import { type Colour, RGB_MATRIX, UNSPECIFIED } from './colour.ts';

/** Names of swscale for the matrices; the default is that of the gamut in use. */
const MATRICES: Readonly<Record<number, string>> = {
  1: 'bt709',
  4: 'fcc',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  9: 'bt2020',
};

/**
 * The FFmpeg filters that look every pixel up in a colour table (`writeColourTable`) from its decoded form. The
 * result is 4:2:0 with 8 bits in Rec. 709, limited range.
 */
export function tableFilters(colour: Colour, tablePath: string): string[] {
  const matrix = MATRICES[colour.matrix] ?? 'bt2020';
  const from = [
    ...(colour.matrix === RGB_MATRIX ? [] : [`in_color_matrix=${matrix}`]),
    `in_range=${colour.fullRange ? 'pc' : 'tv'}`,
    'out_range=pc',
  ];
  return [
    `scale=${from.join(':')}`,
    'format=gbrp10le',
    `lut3d=file=${quoted(tablePath)}:interp=tetrahedral`,
    'scale=out_color_matrix=bt709:out_range=tv',
    'format=yuv420p',
    'setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv',
  ];
}

/**
 * The filters that scale, and convert matrix and range from one description to another. An unspecified matrix stays
 * as it is: swscale would take it for Rec. 601.
 */
export function scaleFilter(
  size: { readonly width: number; readonly height: number },
  scaler: string,
  from: Colour,
  to: Colour,
): string {
  const changes = from.matrix !== to.matrix && from.matrix !== UNSPECIFIED;
  const source = MATRICES[from.matrix];
  const target = MATRICES[to.matrix];
  return [
    `scale=${size.width}:${size.height}`,
    `flags=${scaler}`,
    ...(changes && source !== undefined ? [`in_color_matrix=${source}`] : []),
    ...(changes && target !== undefined ? [`out_color_matrix=${target}`] : []),
    `in_range=${from.fullRange ? 'pc' : 'tv'}`,
    `out_range=${to.fullRange ? 'pc' : 'tv'}`,
  ].join(':');
}

/** Quoted for an option inside a filter graph: both levels of FFmpeg's parser remove one level of quotes. */
function quoted(path: string): string {
  const option = path.replace(/[\\':]/g, '\\$&');
  return option.replace(/[\\'[\],;]/g, '\\$&');
}
