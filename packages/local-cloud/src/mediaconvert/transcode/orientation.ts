/**
 * The rotation and reflection for displaying decoded frames. `turn` is the number of clockwise quarter turns,
 * `mirror` a horizontal flip after that.
 */
export interface Orientation {
  readonly turn: 0 | 1 | 2 | 3;
  readonly mirror: boolean;
}

export const UPRIGHT: Orientation = { turn: 0, mirror: false };

const MATRIX_BYTES = 36;
/** Sine of one degree: MediaConvert accepts a rotation within one degree of a quarter turn. */
const ONE_DEGREE = Math.sin(Math.PI / 180);

/**
 * Reads the display matrix of an MP4 track header (nine 32-bit integers in host order, as FFmpeg provides
 * it). The right of the picture is moved to (m0, m1), its bottom to (m3, m4). An angle that is not a quarter
 * turn is ignored, as MediaConvert documents for Rotate AUTO. MediaConvert does not document reflections;
 * they are applied here.
 */
export function orientationOf(matrix: Uint8Array | null): Orientation {
  if (matrix === null || matrix.byteLength < MATRIX_BYTES) return UPRIGHT;
  const view = new DataView(matrix.buffer, matrix.byteOffset, MATRIX_BYTES);
  const right = axis(view.getInt32(0, true), view.getInt32(4, true));
  const down = axis(view.getInt32(12, true), view.getInt32(16, true));
  const determinant = right.x * down.y - right.y * down.x;
  if (determinant === 0) return UPRIGHT;
  // A mirror after the turn changes only x, so y determines the turn.
  const turn = right.y === 1 ? 1 : right.y === -1 ? 3 : down.y === -1 ? 2 : 0;
  return { turn, mirror: determinant < 0 };
}

/** The nearest axis, or (0, 0) if the direction differs by more than a degree from every axis. */
function axis(x: number, y: number): { x: number; y: number } {
  const length = Math.hypot(x, y);
  if (length === 0) return { x: 0, y: 0 };
  if (Math.abs(y) / length < ONE_DEGREE) return { x: Math.sign(x), y: 0 };
  if (Math.abs(x) / length < ONE_DEGREE) return { x: 0, y: Math.sign(y) };
  return { x: 0, y: 0 };
}

/** The FFmpeg filters for an orientation, in order; none for an upright picture. */
export function orientationFilters({ turn, mirror }: Orientation): string[] {
  const turns = [[], ['transpose=clock'], ['hflip', 'vflip'], ['transpose=cclock']][turn] ?? [];
  return mirror ? [...turns, 'hflip'] : turns;
}
