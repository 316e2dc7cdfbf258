import { DamagedMedia } from './damaged-media.ts';
import { type Edits, editsOf } from './isobmff-edits.ts';
import type { PathedBox } from './isobmff-movie.ts';
import type { RangedReader } from './ranged-reader.ts';

/** Time and samples of a track by its own boxes, read without loading a sample table. */
export interface TrackTiming {
  readonly trackId: number;
  /** `vide`, `soun`, … */
  readonly handler: string;
  /** The track says how it is encoded. Without that, nobody can play it. */
  readonly described: boolean;
  readonly timescale: number;
  /** Of the media, in units of the timescale; 0 where the fragments determine it. */
  readonly duration: number;
  readonly edits: Edits | undefined;
  readonly enabled: boolean;
  readonly sampleCount: number;
  /** Where the first and the last samples are in the file; undefined without samples. */
  readonly chunks: ChunkSpan | undefined;
  /** Pictures a second on average; undefined if the tables do not determine it. */
  readonly frameRate?: number;
}

/** Some hundred edits; a longer list is read up to here. */
const MAX_EDIT_BYTES = 16 * 1024;

const STBL = 'trak/mdia/minf/stbl/';

/** @throws DamagedMedia `structure` where a box that every track has is missing or impossible */
export async function trackTiming(
  reader: RangedReader,
  boxes: readonly PathedBox[],
): Promise<TrackTiming> {
  const find = (path: string) => boxes.find((box) => box.path === path);
  const content = async (path: string, bytes: number): Promise<DataView | undefined> => {
    const box = find(path);
    return box && viewOf(await reader.read(box.content, Math.min(box.end, box.content + bytes)));
  };
  const handlerBox = await content('trak/mdia/hdlr', 12);
  const handler = handlerBox ? fourCharacters(handlerBox, 8) : impliedHandler(boxes);
  const header = await content('trak/mdia/mdhd', 36);
  const track = await content('trak/tkhd', 36);
  if (!header || !track) throw damaged('A track has no header.');
  const { timescale, duration } = mediaHeader(header);
  const sampleCount =
    sampleCountOf(await content(`${STBL}stsz`, 12), find(`${STBL}stsz`)) ||
    compactCountOf(await content(`${STBL}stz2`, 12));
  checkFirstChunk(await content(`${STBL}stsc`, 12));
  const total = await totalTime(reader, find(`${STBL}stts`));
  return {
    trackId: track.getUint32(track.getUint8(0) === 1 ? 20 : 12),
    handler,
    described: find(`${STBL}stsd`) !== undefined,
    timescale,
    duration,
    // Flag 1: the track is enabled (14496-12, 8.3.2).
    enabled: (track.getUint32(0) & 1) !== 0,
    edits: editsOf(await content('trak/edts/elst', MAX_EDIT_BYTES)),
    sampleCount,
    chunks:
      (await chunkSpan(reader, find(`${STBL}stco`), 4)) ??
      (await chunkSpan(reader, find(`${STBL}co64`), 8)),
    ...frameRateOf(sampleCount, total ?? duration, timescale),
  };
}

/** Without a handler, by the header that only tracks of one kind have. */
function impliedHandler(boxes: readonly PathedBox[]): string {
  const has = (type: string) => boxes.some(({ path }) => path === `trak/mdia/minf/${type}`);
  if (has('vmhd')) return 'vide';
  return has('smhd') ? 'soun' : '';
}

function mediaHeader(view: DataView): { timescale: number; duration: number } {
  const long = view.getUint8(0) === 1;
  const timescale = view.getUint32(long ? 20 : 12);
  if (timescale === 0) throw damaged('A track counts its time in units of nothing (timescale 0).');
  if (!long) {
    const duration = view.getUint32(16);
    // All ones: the duration is unknown (14496-12, 8.4.2.3).
    return { timescale, duration: duration === 0xffff_ffff ? 0 : duration };
  }
  const duration = view.getBigUint64(24);
  return { timescale, duration: duration === 0xffff_ffff_ffff_ffffn ? 0 : Number(duration) };
}

/** ISO/IEC 14496-12, 8.7.4: the first run of chunks begins with chunk 1. */
function checkFirstChunk(view: DataView | undefined): void {
  if (!view || view.byteLength < 12 || view.getUint32(4) === 0) return;
  const first = view.getUint32(8);
  if (first !== 1) throw damaged(`The table of chunks begins with chunk ${first}.`);
}

interface ChunkSpan {
  readonly first: number;
  readonly last: number;
}

/** ISO/IEC 14496-12, 8.7.5: offsets of 4 or 8 bytes behind their count. Only the first and the last are read. */
async function chunkSpan(
  reader: RangedReader,
  box: PathedBox | undefined,
  width: 4 | 8,
): Promise<ChunkSpan | undefined> {
  if (!box || box.end - box.content < 8 + width) return undefined;
  const count = viewOf(await reader.read(box.content, box.content + 8)).getUint32(4);
  const held = Math.min(count, Math.floor((box.end - box.content - 8) / width));
  if (held === 0) return undefined;
  const offset = async (index: number) => {
    const at = box.content + 8 + index * width;
    const view = viewOf(await reader.read(at, at + width));
    return width === 4 ? view.getUint32(0) : Number(view.getBigUint64(0));
  };
  return { first: await offset(0), last: await offset(held - 1) };
}

/** Sizes of 4 bytes each follow the count unless all samples share one size. */
function sampleCountOf(view: DataView | undefined, box: PathedBox | undefined): number {
  if (!view || !box) return 0;
  const [commonSize, count] = [view.getUint32(4), view.getUint32(8)];
  const room = (box.end - box.content - 12) / 4;
  if (commonSize === 0 && count > room) {
    throw damaged(
      `A sample table announces ${count} samples and has room for ${Math.floor(room)}.`,
    );
  }
  return count;
}

/** ISO/IEC 14496-12, 8.7.3.3: sizes of 4, 8 or 16 bits behind their count. */
function compactCountOf(view: DataView | undefined): number {
  return view && view.byteLength >= 12 ? view.getUint32(8) : 0;
}

/**
 * Run lengths of equal durations: a steady video has one, a camera's a few, a screen recording's thousands.
 */
const MAX_RUNS_READ = 4_096;

/** The sum of all samples' durations, or undefined where there are too many runs to read. */
async function totalTime(
  reader: RangedReader,
  box: PathedBox | undefined,
): Promise<number | undefined> {
  if (!box) return undefined;
  const head = viewOf(await reader.read(box.content, Math.min(box.end, box.content + 8)));
  const runs = head.getUint32(4);
  const room = (box.end - box.content - 8) / 8;
  if (runs > room) {
    throw damaged(`A time table announces ${runs} runs and has room for ${Math.floor(room)}.`);
  }
  if (runs === 0 || runs > MAX_RUNS_READ) return undefined;
  const view = viewOf(await reader.read(box.content + 8, box.content + 8 + runs * 8));
  let total = 0;
  for (let run = 0; run < runs; run += 1) {
    total += view.getUint32(run * 8) * view.getUint32(run * 8 + 4);
  }
  return total;
}

/** As many pictures as samples, over their time. */
export function frameRateOf(
  samples: number,
  time: number,
  timescale: number,
): { frameRate?: number } {
  return samples > 0 && time > 0 ? { frameRate: (samples * timescale) / time } : {};
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fourCharacters(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

function damaged(detail: string): DamagedMedia {
  return new DamagedMedia('structure', detail);
}
