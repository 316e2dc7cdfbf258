/**
 * How decoded frames have to be turned and mirrored before they are shown. `turn` counts quarter turns
 * clockwise; `mirror` flips left and right after that turn.
 */
export interface Orientation {
  readonly turn: 0 | 1 | 2 | 3;
  readonly mirror: boolean;
}

export const UPRIGHT: Orientation = { turn: 0, mirror: false };

const MATRIX_BYTES = 36;
/** Sine of one degree: MediaConvert honours a rotation within one degree of a quarter turn. */
const ONE_DEGREE = Math.sin(Math.PI / 180);

/**
 * Reads the display matrix of MP4's track header (nine 32-bit integers in host order, as FFmpeg hands it
 * over). The picture's right goes to (m0, m1), its down to (m3, m4). An angle that is no quarter turn means
 * upright, as MediaConvert documents for Rotate AUTO. MediaConvert does not say what it does with a
 * reflection; here it is shown as the file asks.
 */
export function orientationOf(matrix: Uint8Array | null): Orientation {
  if (matrix === null || matrix.byteLength < MATRIX_BYTES) return UPRIGHT;
  const view = new DataView(matrix.buffer, matrix.byteOffset, MATRIX_BYTES);
  const right = axis(view.getInt32(0, true), view.getInt32(4, true));
  const down = axis(view.getInt32(12, true), view.getInt32(16, true));
  const determinant = right.x * down.y - right.y * down.x;
  if (determinant === 0) return UPRIGHT;
  // A mirror after the turn changes x only, so that y alone tells the turn.
  const turn = right.y === 1 ? 1 : right.y === -1 ? 3 : down.y === -1 ? 2 : 0;
  return { turn, mirror: determinant < 0 };
}

/** The nearest axis, or (0, 0) when the direction is more than a degree away from all of them. */
function axis(x: number, y: number): { x: number; y: number } {
  const length = Math.hypot(x, y);
  if (length === 0) return { x: 0, y: 0 };
  if (Math.abs(y) / length < ONE_DEGREE) return { x: Math.sign(x), y: 0 };
  if (Math.abs(x) / length < ONE_DEGREE) return { x: 0, y: Math.sign(y) };
  return { x: 0, y: 0 };
}

/** FFmpeg filters that carry an orientation out, in their order; none for an upright picture. */
export function orientationFilters({ turn, mirror }: Orientation): string[] {
  const turns = [[], ['transpose=clock'], ['hflip', 'vflip'], ['transpose=cclock']][turn] ?? [];
  return mirror ? [...turns, 'hflip'] : turns;
}
