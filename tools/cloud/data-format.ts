import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './folders.ts';

/**
 * The format of the data that `npm start` keeps. To be raised by a change that cannot read what is stored: another
 * layout of the local cloud's files, of the table's items or of the keys of objects.
 */
export const DATA_FORMAT = 3;

const FILE = 'format';

/**
 * Creates the folder with this version's format where it does not exist.
 *
 * @throws Error if its data is of another format
 */
export function checkDataFormat(folder: string, format = DATA_FORMAT): void {
  const file = join(folder, FILE);
  // A full disk can leave the file empty.
  const found = existsSync(file) && readFileSync(file, 'utf8').trim();
  if (found === String(format)) return;
  if (!found && (!existsSync(folder) || readdirSync(folder).every((name) => name === FILE))) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${format}\n`);
    return;
  }
  throw new Error(
    `The data in ${relative(ROOT, folder)} was written by another version of reelgate (format ${found || 'unknown'}; this version uses format ${format}). Remove it with npm run reset, or go back to that version.`,
  );
}
