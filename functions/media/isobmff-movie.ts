import { DamagedMedia } from './damaged-media.ts';
import { type Box, boxAt, printable } from './isobmff-box.ts';
import type { RangedReader } from './ranged-reader.ts';

/** The parts of a movie box: those that are needed, and those that are not fetched. */
export interface MovieBoxes {
  /** Boxes by their path below the movie, in file order: `trak/mdia/minf/stbl/stsd`. */
  readonly tracks: readonly (readonly PathedBox[])[];
  readonly extends: readonly PathedBox[];
  /** The movie's own header, which holds its timescale. */
  readonly header?: PathedBox;
  /** Everything without information on codec, size or orientation, mainly the sample tables. */
  readonly skipped: readonly Box[];
}

export interface PathedBox extends Box {
  readonly path: string;
}

const CONTAINERS = new Set([
  'trak',
  'trak/edts',
  'trak/mdia',
  'trak/mdia/minf',
  'trak/mdia/minf/stbl',
  'mvex',
]);

const DESCRIPTIONS = new Set([
  'mvhd',
  'mvex/mehd',
  'mvex/trex',
  'trak/tkhd',
  'trak/edts/elst',
  'trak/mdia/mdhd',
  'trak/mdia/hdlr',
  'trak/mdia/minf/stbl/stsd',
]);

/** Descriptions have a few hundred bytes; a codec's parameter sets may bring some more. */
const MAX_DESCRIPTION_BYTES = 256 * 1024;
const MAX_BOXES = 2_000;
const MAX_TRACKS = 64;

/**
 * Walks the movie box by headers alone, along the paths of the standard. Other boxes are
 * skipped unread, so depth and counts in hostile files cost nothing.
 * @throws DamagedMedia `structure`
 */
export async function movieBoxes(reader: RangedReader, movie: Box): Promise<MovieBoxes> {
  const tracks: PathedBox[][] = [];
  const own: PathedBox[] = [];
  const extensions: PathedBox[] = [];
  const skipped: Box[] = [];
  let count = 0;

  const walk = async (parent: Box, prefix: string, into: PathedBox[]): Promise<void> => {
    let position = parent.content;
    for (;;) {
      const box = await boxAt(reader, position, parent.end);
      if (!box) return;
      count += 1;
      if (count > MAX_BOXES) {
        throw new DamagedMedia('structure', `The movie box holds more than ${MAX_BOXES} boxes.`);
      }
      checkFits(box, parent);
      await take(box, prefix + box.type, into);
      position = box.end;
    }
  };

  const take = async (box: Box, path: string, into: PathedBox[]): Promise<void> => {
    if (CONTAINERS.has(path)) {
      if (path !== 'trak') return walk(box, `${path}/`, path === 'mvex' ? extensions : into);
      const track: PathedBox[] = [];
      tracks.push(track);
      if (tracks.length > MAX_TRACKS) {
        throw new DamagedMedia('structure', `The file has more than ${MAX_TRACKS} tracks.`);
      }
      return walk(box, 'trak/', track);
    }
    into.push({ ...box, path });
    if (!DESCRIPTIONS.has(path)) {
      skipped.push(box);
    } else if (box.end - box.start > MAX_DESCRIPTION_BYTES) {
      throw new DamagedMedia(
        'structure',
        `Box ${printable(box.type)} at byte ${box.start} claims ${box.end - box.start} bytes; a description has at most ${MAX_DESCRIPTION_BYTES}.`,
      );
    }
  };

  await walk(movie, '', own);
  const header = own.find(({ path }) => path === 'mvhd');
  return { tracks, extends: extensions, skipped, ...(header && { header }) };
}

function checkFits(box: Box, parent: Box): void {
  if (box.end <= parent.end) return;
  throw new DamagedMedia(
    'structure',
    `Box ${printable(box.type)} at byte ${box.start} ends at byte ${box.end}, behind the box ${printable(parent.type)} around it (${parent.end}).`,
  );
}
