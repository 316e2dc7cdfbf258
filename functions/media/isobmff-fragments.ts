import { DamagedMedia } from './damaged-media.ts';
import { type Box, boxAt, parseBox } from './isobmff-box.ts';
import type { FileLayout } from './isobmff-layout.ts';
import type { PathedBox } from './isobmff-movie.ts';
import { lastIndexedFragment } from './isobmff-random-access.ts';
import { viewOf } from './isobmff-timing.ts';
import type { RangedReader } from './ranged-reader.ts';

/** One track's part in one movie fragment; times in the track's timescale. */
export interface FragmentRun {
  readonly trackId: number;
  /** Undefined if the fragment does not say when it begins. */
  readonly start: number | undefined;
  readonly duration: number;
  readonly samples: number;
}

/** A fragment's header has a few kilobytes; a larger box is not one. */
const MAX_FRAGMENT_HEADER = 512 * 1024;

/** What follows the segments of an index that does not describe the whole file. */
const MORE_MEDIA = new Set(['sidx', 'styp', 'moof', 'emsg', 'prft']);

/** Seconds by the movie extends header or by a segment index of the whole file; undefined without both. */
export async function announcedDuration(
  reader: RangedReader,
  layout: FileLayout,
  extensions: readonly PathedBox[],
  movieTimescale: number,
): Promise<number | undefined> {
  const mehd = extensions.find((box) => box.path === 'mvex/mehd');
  if (mehd && movieTimescale > 0) {
    const view = viewOf(await reader.read(mehd.content, mehd.end));
    const duration = view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4);
    if (duration > 0) return duration / movieTimescale;
  }
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  let lastByte = 0;
  for (const box of layout.indexes) {
    const index = segmentIndex(viewOf(await reader.read(box.content, box.end)));
    start = Math.min(start, index.start);
    end = Math.max(end, index.end);
    lastByte = Math.max(lastByte, box.end + index.bytes);
  }
  // Some files have an index before each fragment: the first does not describe the rest.
  const behind = end > start ? await reader.read(lastByte + 4, lastByte + 8) : [];
  const isWhole = !MORE_MEDIA.has(String.fromCharCode(...behind));
  return isWhole && end > start ? end - start : undefined;
}

/** ISO/IEC 14496-12, 8.16.3: seconds of the segments, and the bytes from the index's end to theirs. */
function segmentIndex(view: DataView): { start: number; end: number; bytes: number } {
  const timescale = view.getUint32(8);
  const long = view.getUint8(0) !== 0;
  const referencesAt = long ? 28 : 20;
  const count = view.getUint16(referencesAt + 2);
  const earliest = long ? Number(view.getBigUint64(12)) : view.getUint32(12);
  let bytes = long ? Number(view.getBigUint64(20)) : view.getUint32(16);
  let time = 0;
  for (let i = 0; i < count; i += 1) {
    bytes += view.getUint32(referencesAt + 4 + i * 12) & 0x7fff_ffff;
    time += view.getUint32(referencesAt + 4 + i * 12 + 4);
  }
  if (timescale === 0) return { start: 0, end: 0, bytes };
  return { start: earliest / timescale, end: (earliest + time) / timescale, bytes };
}

/** Default sample durations by track id, from the movie's `trex` boxes. */
export async function defaultDurations(
  reader: RangedReader,
  extensions: readonly PathedBox[],
): Promise<ReadonlyMap<number, number>> {
  const durations = new Map<number, number>();
  for (const box of extensions.filter(({ path }) => path === 'mvex/trex')) {
    const view = viewOf(await reader.read(box.content, box.end));
    durations.set(view.getUint32(4), view.getUint32(12));
  }
  return durations;
}

/** The tracks' runs in the fragment at `box`. @throws RangeError for inconsistent bytes */
export async function fragmentRuns(
  reader: RangedReader,
  box: Box,
  defaults: ReadonlyMap<number, number>,
): Promise<FragmentRun[]> {
  if (box.end - box.start > MAX_FRAGMENT_HEADER) return [];
  return parseFragment(await reader.read(box.start, box.end), defaults);
}

/** `near`: the last part of the file, and the index that may be there. `far`: megabytes. */
export type SearchDepth = 'near' | 'far';

/**
 * The runs of the last fragment. Its header is searched at the end of the file: by the index that may be there, then
 * in growing ranges.
 */
export async function lastFragmentRuns(
  reader: RangedReader,
  defaults: ReadonlyMap<number, number>,
  depth: SearchDepth,
): Promise<FragmentRun[]> {
  for (const bytes of TAILS[depth]) {
    const tail = Buffer.from(await reader.read(reader.size - bytes, reader.size));
    const runs = lastFragmentIn(tail, defaults);
    if (runs.length > 0) return runs;
    if (bytes >= reader.size) return [];
  }
  return depth === 'near' ? indexedRuns(reader, defaults) : [];
}

/** An index of key frames only may leave out fragments after its last entry. */
const MAX_BOXES_BEHIND_INDEX = 8;

/** Box by box from the last fragment of the index. */
async function indexedRuns(
  reader: RangedReader,
  defaults: ReadonlyMap<number, number>,
): Promise<FragmentRun[]> {
  let last: FragmentRun[] = [];
  try {
    let position = await lastIndexedFragment(reader);
    for (let count = 0; position !== undefined && count < MAX_BOXES_BEHIND_INDEX; count += 1) {
      const box = await boxAt(reader, position, reader.size);
      if (!box || (count === 0 && box.type !== 'moof') || box.type === 'mfra') break;
      const runs = box.type === 'moof' ? await fragmentRuns(reader, box, defaults) : [];
      if (runs.some((run) => run.duration > 0)) last = runs;
      position = box.end;
    }
    return last;
  } catch (error) {
    // A wrong index is ignored; the end of the file is searched without it.
    if (error instanceof RangeError || error instanceof DamagedMedia) return [];
    throw error;
  }
}

/** Four bytes of a picture are "moof" once in four gigabytes; a file with more was made to cost time. */
const MAX_TRIES = 8;
const MAX_CHILDREN = 1_000;

/** How far back the end is searched: first for short fragments, then for fragments of some seconds. */
const TAILS = { near: [128 * 1024], far: [2 ** 20, 5 * 2 ** 20] } as const;

function lastFragmentIn(tail: Buffer, defaults: ReadonlyMap<number, number>): FragmentRun[] {
  let at = tail.lastIndexOf('moof');
  for (
    let tries = 0;
    at >= 4 && tries < MAX_TRIES;
    tries += 1, at = tail.lastIndexOf('moof', at - 1)
  ) {
    try {
      const runs = parseFragment(tail.subarray(at - 4), defaults);
      if (runs.some((run) => run.duration > 0)) return runs;
    } catch {
      // Four bytes of a picture that happen to be "moof".
    }
  }
  return [];
}

function parseFragment(bytes: Uint8Array, defaults: ReadonlyMap<number, number>): FragmentRun[] {
  const moof = parseBox(bytes, 0, bytes.length);
  if (moof.end > bytes.length) throw new RangeError('The fragment header is cut off.');
  return children(bytes, moof)
    .filter(({ type }) => type === 'traf')
    .map((traf) => parseTrackFragment(bytes, traf, defaults));
}

function parseTrackFragment(
  bytes: Uint8Array,
  traf: Box,
  defaults: ReadonlyMap<number, number>,
): FragmentRun {
  const inside = children(bytes, traf);
  const viewIn = (type: string) => {
    const box = inside.find((child) => child.type === type);
    return box && viewOf(bytes.subarray(box.content, box.end));
  };
  const header = viewIn('tfhd');
  if (!header) throw new RangeError('A track fragment has no header.');
  const trackId = header.getUint32(4);
  const decodeTime = viewIn('tfdt');
  const usual = defaultDuration(header) ?? defaults.get(trackId) ?? 0;
  let duration = 0;
  let samples = 0;
  for (const box of inside.filter(({ type }) => type === 'trun')) {
    const run = parseRun(viewOf(bytes.subarray(box.content, box.end)), usual);
    duration += run.duration;
    samples += run.samples;
  }
  return { trackId, start: decodeTime && baseTime(decodeTime), duration, samples };
}

function baseTime(view: DataView): number {
  return view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4);
}

/** ISO/IEC 14496-12, 8.8.7: each flag adds a field, in this order. */
function defaultDuration(tfhd: DataView): number | undefined {
  const flags = tfhd.getUint32(0) & 0xff_ffff;
  if ((flags & 0x8) === 0) return undefined;
  return tfhd.getUint32(8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0));
}

/** ISO/IEC 14496-12, 8.8.8 */
function parseRun(view: DataView, usual: number): { duration: number; samples: number } {
  const flags = view.getUint32(0) & 0xff_ffff;
  const samples = view.getUint32(4);
  if ((flags & 0x100) === 0) return { duration: samples * usual, samples };
  const first = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
  const width = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
  let duration = 0;
  for (let i = 0; i < samples; i += 1) duration += view.getUint32(first + i * width);
  return { duration, samples };
}

function children(bytes: Uint8Array, parent: Box): Box[] {
  const found: Box[] = [];
  let position = parent.content;
  while (position + 8 <= parent.end) {
    const box = parseBox(bytes.subarray(position, position + 16), position, parent.end);
    if (box.end > parent.end) throw new RangeError('A box extends beyond its parent.');
    found.push(box);
    if (found.length > MAX_CHILDREN) throw new RangeError('A fragment holds too many boxes.');
    position = box.end;
  }
  return found;
}
