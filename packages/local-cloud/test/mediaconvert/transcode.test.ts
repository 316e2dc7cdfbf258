import { gunzipSync } from 'node:zlib';
import type { Job } from '@aws-sdk/client-mediaconvert';
import { XMLParser } from 'fast-xml-parser';
import { Parser } from 'm3u8-parser';
import type { DecodedPicture, DecodedSound } from '../../src/testing/decode-check.ts';
import { details, type Harness, OUTBOX, read, statuses, stored } from './harness.ts';
import { openStudio, type Studio } from './studio.ts';

let studio: Studio;
let harness: Harness;

beforeAll(async () => {
  studio = await openStudio('plain.mp4');
  harness = studio.harness;
});

afterAll(() => studio.close());

const firstSegment = (file: string, name: string, suffix: 'cmfv' | 'cmfa') => [
  `${file}/${name}init.${suffix}`,
  `${file}/${name}_000000001.${suffix}`,
];

async function text(key: string): Promise<string> {
  return (await read(harness.s3, key)).bytes.toString();
}

function parseHls(playlist: string) {
  const parser = new Parser();
  parser.push(playlist);
  parser.end();
  return parser.manifest;
}

interface Range {
  readonly offset: number;
  readonly length: number;
}

/** A segment with byte ranges, as m3u8-parser returns it. */
interface Ranged {
  readonly byterange: Range;
  readonly map: { readonly byterange: Range };
}

describe('a valid video', () => {
  let job: Job;
  beforeAll(async () => {
    job = await studio.run('plain.mp4', {
      heights: [360, 180],
      audio: true,
      captures: { every: 2, most: 2 },
    });
  });

  it('completes', () => {
    expect(job).toMatchObject({
      Status: 'COMPLETE',
      JobPercentComplete: 100,
      Queue: expect.any(String),
    });
  });

  it('is stored under the names that MediaConvert uses', async () => {
    const numbers = ['1', '2', '3'].map((number) => `_00000000${number}`);
    expect(await stored(harness.s3, 'plain.mp4/')).toEqual(
      [
        'index.m3u8',
        'index.mpd',
        ...['index_180p', 'index_360p'].flatMap((name) => [
          `${name}.m3u8`,
          `${name}init.cmfv`,
          ...numbers.map((number) => `${name}${number}.cmfv`),
        ]),
        'index_audio.m3u8',
        'index_audioinit.cmfa',
        ...numbers.map((number) => `index_audio${number}.cmfa`),
        'poster.0000000.jpg',
        'poster.0000001.jpg',
      ].sort(),
    );
  });

  it('has the content types that players expect', async () => {
    const types = await Promise.all(
      [
        'index.m3u8',
        'index.mpd',
        'index_180pinit.cmfv',
        'index_audioinit.cmfa',
        'poster.0000000.jpg',
      ].map(async (name) => (await read(harness.s3, `plain.mp4/${name}`)).contentType),
    );
    expect(types).toEqual([
      'application/vnd.apple.mpegurl',
      'application/dash+xml',
      'video/mp4',
      'audio/mp4',
      'image/jpeg',
    ]);
  });

  it('has an HLS playlist with each rendition, its codecs, size and rate, and the sound as a group', async () => {
    const { playlists, mediaGroups } = parseHls(await text('plain.mp4/index.m3u8'));
    expect(playlists).toHaveLength(2);
    expect(playlists?.map(({ uri, attributes }) => [uri, attributes])).toEqual([
      [
        'index_360p.m3u8',
        expect.objectContaining({
          RESOLUTION: { width: 640, height: 360 },
          CODECS: expect.stringMatching(/^avc1\.[0-9a-f]{6},mp4a\.40\.2$/i),
          'FRAME-RATE': 30,
          AUDIO: 'program_audio',
        }),
      ],
      ['index_180p.m3u8', expect.objectContaining({ RESOLUTION: { width: 320, height: 180 } })],
    ]);
    expect(mediaGroups?.AUDIO).toMatchObject({
      program_audio: { audio_1: { default: true, autoselect: true, uri: 'index_audio.m3u8' } },
    });
  });

  it('has the bandwidths of the segments', async () => {
    const { playlists } = parseHls(await text('plain.mp4/index.m3u8'));
    const size = async (name: string, suffix: string) =>
      Promise.all(
        [1, 2, 3].map(
          async (number) =>
            (await read(harness.s3, `plain.mp4/${name}_00000000${number}.${suffix}`)).bytes.length,
        ),
      );
    const [video, audio] = [await size('index_360p', 'cmfv'), await size('index_audio', 'cmfa')];
    const average = (sizes: number[]) => (sizes.reduce((sum, each) => sum + each, 0) * 8) / 5;
    const peak = (sizes: number[]) => Math.max(...sizes.slice(0, 2)) * 4;
    const attributes: Record<string, unknown> = { ...playlists?.[0]?.attributes };
    expect(Number(attributes['AVERAGE-BANDWIDTH'])).toBeCloseTo(
      average(video) + average(audio),
      -4,
    );
    expect(Number(attributes.BANDWIDTH)).toBeGreaterThanOrEqual(Math.floor(peak(video)));
    expect(Number(attributes.BANDWIDTH)).toBeGreaterThanOrEqual(
      Number(attributes['AVERAGE-BANDWIDTH']),
    );
  });

  it('has the same segments in every rendition', async () => {
    for (const name of ['index_360p', 'index_180p']) {
      const { segments } = parseHls(await text(`plain.mp4/${name}.m3u8`));
      expect(segments?.map(({ duration }) => duration)).toEqual([2, 2, 1]);
    }
    const { segments } = parseHls(await text('plain.mp4/index_audio.m3u8'));
    const lengths = segments?.map(({ duration }) => duration) ?? [];
    expect(lengths[0]).toBeCloseTo(2, 1);
    expect(lengths.reduce((sum, each) => sum + each, 0)).toBeCloseTo(5, 1);
  });

  it('has a DASH manifest with the same segments', async () => {
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
    const { MPD: mpd } = parser.parse(await text('plain.mp4/index.mpd'));
    expect(mpd.type).toBe('static');
    expect(mpd.mediaPresentationDuration).toMatch(/^PT5(\.0\d+)?S$/);
    const [video, audio] = mpd.Period.AdaptationSet;
    expect(video.Representation).toEqual([
      expect.objectContaining({
        width: '640',
        height: '360',
        frameRate: '30/1',
        SegmentTemplate: expect.objectContaining({
          media: 'index_360p_$Number%09d$.cmfv',
          initialization: 'index_360pinit.cmfv',
          SegmentTimeline: {
            S: [{ t: '0', d: '60', r: '1' }, { d: '30' }],
          },
        }),
      }),
      expect.objectContaining({ width: '320', height: '180' }),
    ]);
    expect(audio.Representation).toMatchObject({
      codecs: 'mp4a.40.2',
      audioSamplingRate: '48000',
      AudioChannelConfiguration: { value: '2' },
    });
  });

  it('can be decoded segment by segment, with the right size, not black, audible', async () => {
    const last = ['plain.mp4/index_180pinit.cmfv', 'plain.mp4/index_180p_000000003.cmfv'];
    const pictures = await studio.decode<DecodedPicture>({
      large: { kind: 'picture', keys: firstSegment('plain.mp4', 'index_360p', 'cmfv') },
      small: { kind: 'picture', keys: firstSegment('plain.mp4', 'index_180p', 'cmfv') },
      last: { kind: 'picture', keys: last },
      poster: { kind: 'still', keys: ['plain.mp4/poster.0000001.jpg'] },
    });
    expect(pictures).toMatchObject({
      large: { frames: 60, width: 640, height: 360, codec: 'h264' },
      small: { frames: 60, width: 320, height: 180 },
      last: { frames: 30, width: 320, height: 180 },
      poster: { frames: 1, width: 160, height: 90, codec: 'mjpeg' },
    });
    for (const { variance } of Object.values(pictures)) expect(variance).toBeGreaterThan(500);
    const { sound } = await studio.decode<DecodedSound>({
      sound: { kind: 'sound', keys: firstSegment('plain.mp4', 'index_audio', 'cmfa') },
    });
    expect(sound).toMatchObject({ sampleRate: 48_000, channels: 2, codec: 'aac' });
    expect(sound?.loudness).toBeGreaterThan(0.02);
  });

  it('has events in the order and form of MediaConvert', () => {
    expect(statuses(harness.events, job)).toEqual(['PROGRESSING', 'INPUT_INFORMATION', 'COMPLETE']);
    const [progressing, information, complete] = details(harness.events, job);
    expect(progressing).toEqual({
      timestamp: expect.any(Number),
      accountId: '000000000000',
      queue: 'arn:aws:mediaconvert:us-east-1:000000000000:queues/Default',
      jobId: job.Id,
      status: 'PROGRESSING',
      userMetadata: { uploadId: 'u-1' },
    });
    expect(information?.inputDetails).toMatchObject([
      {
        id: 1,
        uri: expect.stringContaining('plain.mp4'),
        video: [{ codec: 'H_264', width: 640, height: 360, frameRate: 30, bitDepth: 8 }],
        audio: [{ codec: 'AAC', channels: 2, sampleRate: 44_100 }],
      },
    ]);
    expect(complete?.outputGroupDetails).toMatchObject([
      {
        type: 'CMAF_GROUP',
        playlistFilePaths: [
          `s3://${OUTBOX}/plain.mp4/index.mpd`,
          `s3://${OUTBOX}/plain.mp4/index.m3u8`,
        ],
        outputDetails: [
          { durationInMs: 5000, videoDetails: { widthInPx: 640, heightInPx: 360 } },
          { durationInMs: 5000, videoDetails: { widthInPx: 320, heightInPx: 180 } },
          { durationInMs: expect.any(Number) },
        ],
      },
      {
        type: 'FILE_GROUP',
        outputDetails: [{ outputFilePaths: [`s3://${OUTBOX}/plain.mp4/poster.0000001.jpg`] }],
      },
    ]);
  });
});

describe('other packaging', () => {
  it('a single file per rendition has the bytes of separate segments', async () => {
    const job = await studio.run(
      'plain.mp4',
      { audio: true, change: { SegmentControl: 'SINGLE_FILE' } },
      'single/',
    );
    expect(job.Status).toBe('COMPLETE');
    expect(await stored(harness.s3, 'single/')).toEqual(
      ['m3u8', 'mpd']
        .map((suffix) => `index.${suffix}`)
        .concat(['index_180p.cmfv', 'index_180p.m3u8', 'index_audio.cmfa', 'index_audio.m3u8']),
    );
    const { segments } = parseHls(await text('single/index_180p.m3u8'));
    const { bytes } = await read(harness.s3, 'single/index_180p.cmfv');
    const ranges = (segments ?? []).map((segment) => segment as unknown as Ranged);
    expect(ranges).toHaveLength(3);
    let next = ranges[0]?.map.byterange.length ?? 0;
    for (const { byterange } of ranges) {
      expect(byterange.offset).toBe(next);
      expect(bytes.toString('latin1', next + 4, next + 8)).toMatch(/^(styp|moof|sidx)$/);
      next += byterange.length;
    }
    expect(next).toBe(bytes.length);
  });

  it('playlists can be compressed', async () => {
    await studio.run('plain.mp4', { change: { ManifestCompression: 'GZIP' } }, 'gzip/');
    const { bytes, contentEncoding } = await read(harness.s3, 'gzip/index.m3u8');
    expect(contentEncoding).toBe('gzip');
    expect(gunzipSync(bytes).toString()).toMatch(/^#EXTM3U/);
  });

  it('an MP4 file has video and audio, and its index at the start', async () => {
    const job = await studio.run('plain.mp4', { audio: true, mp4: 180 }, 'file/');
    expect(job.Status).toBe('COMPLETE');
    const { bytes } = await read(harness.s3, 'file/whole_180p.mp4');
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    const keys = ['file/whole_180p.mp4'];
    const { picture } = await studio.decode<DecodedPicture>({ picture: { kind: 'picture', keys } });
    expect(picture).toMatchObject({ frames: 150, width: 320, height: 180 });
    const { sound } = await studio.decode<DecodedSound>({ sound: { kind: 'sound', keys } });
    expect(Math.abs((sound?.samples ?? 0) / 48_000 - 5)).toBeLessThan(0.05);
  });
});
