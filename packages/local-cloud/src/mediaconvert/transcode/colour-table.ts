import { writeFile } from 'node:fs/promises';
import type { Rgb } from './tone-curve.ts';

/**
 * Steps of each axis. With tetrahedral interpolation the median error of a PQ table is a tenth of an 8-bit step; it
 * is larger only where a component is almost 0. More steps take longer to write and to read.
 */
const STEPS = 49;

/** Writes a colour table in the .cube format for FFmpeg's `lut3d`: red changes fastest. */
export async function writeColourTable(path: string, map: (colour: Rgb) => Rgb): Promise<void> {
  const lines = [`LUT_3D_SIZE ${STEPS}`];
  const axis = Array.from({ length: STEPS }, (_, index) => index / (STEPS - 1));
  for (const blue of axis) {
    for (const green of axis) {
      for (const red of axis) {
        lines.push(
          map([red, green, blue])
            .map((value) => value.toFixed(6))
            .join(' '),
        );
      }
    }
  }
  await writeFile(path, `${lines.join('\n')}\n`);
}
