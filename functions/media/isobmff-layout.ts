import { DamagedMedia } from './damaged-media.ts';
import { type Box, boxAt, looksLikeType, printable } from './isobmff-box.ts';
import type { RangedReader } from './ranged-reader.ts';

/** Positions of the parts of an MP4 or MOV file; their content is not validated yet. */
export interface FileLayout {
  readonly movie: Box;
  /** Boxes before the movie that do not describe it, mainly the media. */
  readonly before: readonly Box[];
  /** Segment indexes between the movie and its first fragment. */
  readonly indexes: readonly Box[];
  /** The first movie fragment; only a fragmented file has one. */
  readonly firstFragment?: Box;
}

/**
 * Files in use have about ten top-level boxes before their media; a longer chain is an attack or a fragment
 * list.
 */
const MAX_TOP_LEVEL_BOXES = 64;
/**
 * A movie box of up to this size is fetched in one go, sample tables and all: an hour of sound and picture fits,
 * and a request takes longer than these bytes.
 */
const MOVIE_AT_ONCE_BYTES = 512 * 1024;
/** Also fetched after the movie: padding, and the header of the media or fragment. */
const BEHIND_MOVIE_BYTES = 1024;
/** The index of a day of video at 60 frames a second has about 60 MiB. */
const MAX_MOVIE_BYTES = 64 * 2 ** 20;
/** Some recorders count the header of the media twice. So few bytes are less than a picture. */
const MAX_EXCESS_BYTES = 16;

/**
 * Walks the top-level boxes by their headers: a few reads, whether the index is first or last.
 * @throws DamagedMedia `truncated` where a box extends beyond the file, `structure` where no movie box is found.
 */
export async function fileLayout(reader: RangedReader): Promise<FileLayout> {
  const indexes: Box[] = [];
  const before: Box[] = [];
  let movie: Box | undefined;
  let position = 0;
  for (let count = 0; count < MAX_TOP_LEVEL_BOXES; count += 1) {
    // After the media comes the movie, whose header alone does not help.
    if (!movie && position > 0) await fetchSmall(reader, position, reader.size);
    const box = await nextBox(reader, position, movie !== undefined);
    if (!box) break;
    const excess = movie && box.type === 'mdat' ? box.end - MAX_EXCESS_BYTES : box.end;
    if (excess > reader.size) {
      throw new DamagedMedia(
        'truncated',
        `Box ${printable(box.type)} at byte ${box.start} ends at byte ${box.end}, but the file has ${reader.size} bytes.`,
      );
    }
    if (box.type === 'moof') {
      if (!movie) throw noMovie();
      return { movie, before, indexes, firstFragment: box };
    }
    if (!movie && box.type !== 'moov' && box.type !== 'ftyp') before.push(box);
    if (box.type === 'sidx' && movie) indexes.push(box);
    if (box.type === 'moov') {
      if (movie) throw new DamagedMedia('structure', 'The file has two movie boxes.');
      movie = box;
      await fetchSmall(reader, box.start, box.end + BEHIND_MOVIE_BYTES);
    }
    position = box.end;
  }
  if (!movie) throw noMovie();
  if (movie.end - movie.start > MAX_MOVIE_BYTES) {
    throw new DamagedMedia(
      'structure',
      `The movie box claims ${movie.end - movie.start} bytes; at most ${MAX_MOVIE_BYTES} are read.`,
    );
  }
  return { movie, before, indexes };
}

async function fetchSmall(reader: RangedReader, start: number, end: number): Promise<void> {
  if (end - start <= MOVIE_AT_ONCE_BYTES) await reader.read(start, end);
}

async function nextBox(reader: RangedReader, position: number, afterMovie: boolean) {
  try {
    const box = await boxAt(reader, position, reader.size);
    // Data after the movie (padding, cameras' own data) is no reason to refuse it: players stop here too.
    return afterMovie && box && !looksLikeType(box.type) ? undefined : box;
  } catch (error) {
    if (afterMovie && error instanceof DamagedMedia) return undefined;
    throw error;
  }
}

function noMovie(): DamagedMedia {
  return new DamagedMedia(
    'structure',
    'The file has no movie box ("moov") that describes its tracks.',
  );
}
