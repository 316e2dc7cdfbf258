/** A ratio of two positive integers. */
export interface Ratio {
  readonly num: number;
  readonly den: number;
}

/** A picture after rotation, with its pixel aspect ratio. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly par: Ratio;
}

/** The size settings of a video description, in pixels. */
export interface SizeRequest {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** The pixel aspect ratio of the output. Default: that of the source. */
  readonly par?: Ratio | undefined;
  readonly scaling: 'DEFAULT' | 'STRETCH_TO_OUTPUT';
}

/** The size of an output, and the centered area that the source fills. The rest is black. */
export interface OutputSize extends Picture {
  readonly scaledWidth: number;
  readonly scaledHeight: number;
}

/** A difference to the exact aspect ratio due to even pixels needs no black bars. */
const ROUNDING_PIXELS = 2;

/**
 * The size of an output. If only one of width and height is given, the other one follows from the display
 * aspect ratio, rounded to even pixels. If none is given, it is the source's size (the caller refuses an odd
 * one, as MediaConvert does). If both are given, the source is fitted between black bars (scalingBehavior
 * DEFAULT) or stretched.
 */
export function outputSize(source: Picture, request: SizeRequest): OutputSize {
  const par = request.par ?? source.par;
  const display = (source.width * source.par.num) / (source.height * source.par.den);
  const aspect = (display * par.den) / par.num;
  const { width, height } = request;
  if (width === undefined && height === undefined) {
    const same = source.par.num * par.den === par.num * source.par.den;
    const across = same ? source.width : even(source.height * aspect);
    return filled(across, source.height, par);
  }
  if (width === undefined) return filled(even((height ?? 0) * aspect), height ?? 0, par);
  if (height === undefined) return filled(width, even(width / aspect), par);
  if (request.scaling === 'STRETCH_TO_OUTPUT') return filled(width, height, par);
  const scaledWidth = Math.min(width, even(height * aspect));
  const scaledHeight = Math.min(height, even(width / aspect));
  return {
    width,
    height,
    par,
    scaledWidth: width - scaledWidth <= ROUNDING_PIXELS ? width : scaledWidth,
    scaledHeight: height - scaledHeight <= ROUNDING_PIXELS ? height : scaledHeight,
  };
}

function filled(width: number, height: number, par: Ratio): OutputSize {
  return { width, height, par, scaledWidth: width, scaledHeight: height };
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
