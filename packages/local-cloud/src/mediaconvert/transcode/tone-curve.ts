/**
 * The mapping of one colour to Rec. 709, for display: signal values 0 to 1 in, signal values 0 to 1 out. HDR is
 * tone-mapped. The transfer functions are those of Rec. ITU-R BT.2100, the curve is the EETF of Report ITU-R
 * BT.2390 (5.4.1), and HDR reference white is 203 cd/m² as in Report ITU-R BT.2408.
 */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The transfer function of the source. `sdr` is the gamma of Rec. ITU-R BT.1886. */
export type Transfer = 'sdr' | 'pq' | 'hlg';
export type Gamut = '709' | '601-525' | '601-625' | '2020' | 'p3';

export interface ColourMapping {
  readonly transfer: Transfer;
  readonly gamut: Gamut;
  /** The brightest light of a PQ source, in cd/m². */
  readonly peak: number;
  /** PRESERVE_DETAILS keeps differences in highlights; VIBRANT keeps more light and saturation. */
  readonly mapper: 'PRESERVE_DETAILS' | 'VIBRANT';
}

const SDR_GAMMA = 2.4;
const SDR_WHITE = 203;
const HLG_PEAK = 1000;
/** VIBRANT treats light above this as equally bright, so that the rest is compressed less. */
const VIBRANT_PEAK = 400;

type Matrix = readonly [Rgb, Rgb, Rgb];

/** Chromaticities of red, green and blue (x, y); all have white point D65. */
const PRIMARIES: Readonly<Record<Gamut, readonly [number, number][]>> = {
  '709': [
    [0.64, 0.33],
    [0.3, 0.6],
    [0.15, 0.06],
  ],
  '601-525': [
    [0.63, 0.34],
    [0.31, 0.595],
    [0.155, 0.07],
  ],
  '601-625': [
    [0.64, 0.33],
    [0.29, 0.6],
    [0.15, 0.06],
  ],
  '2020': [
    [0.708, 0.292],
    [0.17, 0.797],
    [0.131, 0.046],
  ],
  p3: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
  ],
};
const D65: Rgb = [0.3127 / 0.329, 1, (1 - 0.3127 - 0.329) / 0.329];

/** Returns the function that maps a colour of the source to Rec. 709. */
export function colourMapper(mapping: ColourMapping): (signal: Rgb) => Rgb {
  const matrix = multiply(invert(toXyz('709')), toXyz(mapping.gamut));
  const linear = linearizer(mapping);
  const compress = compressor(mapping);
  return (signal) => {
    const inside = desaturate(apply(matrix, linear(signal)));
    const [red, green, blue] = compress(inside);
    return [encode(red), encode(green), encode(blue)];
  };
}

/** Light relative to SDR white. */
function linearizer({ transfer }: ColourMapping): (signal: Rgb) => Rgb {
  if (transfer === 'pq') return (signal) => each(signal, (value) => pqToLight(value) / SDR_WHITE);
  if (transfer === 'sdr')
    return (signal) => each(signal, (value) => Math.max(0, value) ** SDR_GAMMA);
  return (signal) => {
    const scene = each(signal, hlgToScene);
    const luminance = 0.2627 * scene[0] + 0.678 * scene[1] + 0.0593 * scene[2];
    // The system gamma of 1.2 for a display of 1000 cd/m².
    const gain = (HLG_PEAK * luminance ** 0.2) / SDR_WHITE;
    return each(scene, (value) => value * gain);
  };
}

function compressor({ transfer, peak, mapper }: ColourMapping): (light: Rgb) => Rgb {
  if (transfer === 'sdr') return (light) => each(light, (value) => Math.min(1, value));
  if (transfer === 'pq' && mapper === 'VIBRANT') {
    const curve = highlightCurve(Math.min(peak, VIBRANT_PEAK));
    return (light) => each(light, curve);
  }
  const curve = highlightCurve(transfer === 'hlg' ? HLG_PEAK : peak);
  return (light) => {
    const most = Math.max(...light);
    const gain = most > 0 ? curve(most) / most : 0;
    return each(light, (value) => value * gain);
  };
}

/** The EETF of BT.2390 from `peak` to SDR white, both without black level. Light relative to SDR white. */
function highlightCurve(peak: number): (light: number) => number {
  if (peak <= SDR_WHITE) return (light) => Math.min(1, light);
  const top = lightToPq(peak);
  const most = lightToPq(SDR_WHITE) / top;
  const knee = 1.5 * most - 0.5;
  return (light) => {
    const value = Math.min(1, lightToPq(light * SDR_WHITE) / top);
    if (value <= knee) return light;
    const t = (value - knee) / (1 - knee);
    const spline =
      (2 * t ** 3 - 3 * t ** 2 + 1) * knee +
      (t ** 3 - 2 * t ** 2 + t) * (1 - knee) +
      (-2 * t ** 3 + 3 * t ** 2) * most;
    return Math.min(1, pqToLight(spline * top) / SDR_WHITE);
  };
}

/** Moves a colour outside the gamut towards grey of the same luminance until no component is negative. */
function desaturate(light: Rgb): Rgb {
  const least = Math.min(...light);
  if (least >= 0) return light;
  const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  if (luminance <= 0) return [0, 0, 0];
  const share = luminance / (luminance - least);
  return each(light, (value) => Math.max(0, luminance + (value - luminance) * share));
}

function encode(light: number): number {
  return Math.min(1, Math.max(0, light)) ** (1 / SDR_GAMMA);
}

const [M1, M2, C1, C2, C3] = [0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875];

/** PQ signal to cd/m². */
export function pqToLight(signal: number): number {
  const power = Math.max(0, signal) ** (1 / M2);
  return 10_000 * (Math.max(0, power - C1) / (C2 - C3 * power)) ** (1 / M1);
}

/** cd/m² to PQ signal. */
export function lightToPq(light: number): number {
  const power = (Math.max(0, light) / 10_000) ** M1;
  return ((C1 + C2 * power) / (1 + C3 * power)) ** M2;
}

/** HLG signal to scene light, 0 to 1. */
function hlgToScene(signal: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  const value = Math.max(0, signal);
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
}

function each(colour: Rgb, change: (value: number) => number): Rgb {
  return [change(colour[0]), change(colour[1]), change(colour[2])];
}

/** The matrix from linear RGB to CIE XYZ. */
function toXyz(gamut: Gamut): Matrix {
  const [red, green, blue] = PRIMARIES[gamut].map(([x, y]): Rgb => [x / y, 1, (1 - x - y) / y]) as [
    Rgb,
    Rgb,
    Rgb,
  ];
  const columns: Matrix = transpose([red, green, blue]);
  const [r, g, b] = apply(invert(columns), D65);
  return transpose([each(red, (v) => v * r), each(green, (v) => v * g), each(blue, (v) => v * b)]);
}

function transpose([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

function apply(matrix: Matrix, [x, y, z]: Rgb): Rgb {
  const [a, b, c] = matrix.map((row) => row[0] * x + row[1] * y + row[2] * z);
  return [a ?? 0, b ?? 0, c ?? 0];
}

function multiply(left: Matrix, right: Matrix): Matrix {
  const [a, b, c] = transpose(right);
  return transpose([apply(left, a), apply(left, b), apply(left, c)]);
}

function invert([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const rows: Matrix = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  const [x, y, z] = rows.map((row) => each(row, (value) => value / determinant));
  return [x ?? [0, 0, 0], y ?? [0, 0, 0], z ?? [0, 0, 0]];
}
