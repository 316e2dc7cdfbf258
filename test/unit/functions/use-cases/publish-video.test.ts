import type { FoundHls } from '../../../../core/playback/playback.ts';
import { expectedOutputs } from '../../../../core/playback/playback.ts';
import { mediaOf } from '../../../../core/uploads/parse-records.ts';
import { publishVideo } from '../../../../functions/use-cases/publish-video.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import {
  EXECUTION,
  minutesAgo,
  NOW,
  UPLOAD_ID,
  uploadIn,
} from '../../../kit/ports/upload-fixture.ts';

const input = { uploadId: UPLOAD_ID, execution: EXECUTION, jobId: 'job-1' };
const PREFIX = `videos/${UPLOAD_ID}/`;
const SEGMENT = `${PREFIX}segment.cmfv`;

const facts = mediaOf(uploadIn('transcoding'));
if (!facts) throw new Error('The fixture has media facts.');
const { renditions, hls: hlsKey, dash: dashKey } = expectedOutputs(UPLOAD_ID, facts);

const hls: FoundHls = {
  variants: renditions.map(({ width, height }) => ({
    width,
    height,
    bandwidth: 1,
    segments: [SEGMENT],
    durationSeconds: 12,
  })),
  audio: [],
};
const dash = { durationSeconds: 12, videoRepresentations: renditions.length };

/** An upload whose job has written everything that it should. */
function transcoded(
  more: object = {},
  found: { hls?: FoundHls; dash?: typeof dash } = { hls, dash },
) {
  const made = inMemoryPorts(undefined, {
    readHls: async (key) => (key === hlsKey ? found.hls : undefined),
    readDash: async (key) => (key === dashKey ? found.dash : undefined),
  });
  const item = made.table.add(uploadIn('transcoding', more));
  made.storage.sources.set(item.objectKey, { size: 12_000_000, etag: '"source"', versionId: 'v1' });
  for (const name of ['index.m3u8', 'index.mpd', 'segment.cmfv']) {
    made.storage.outputs.set(PREFIX + name, 1);
  }
  for (const name of ['poster.0000000.jpg', 'storyboard.0000000.jpg']) {
    made.storage.outputs.set(PREFIX + name, 1);
  }
  return { ...made, item };
}

describe('Publishing a video', () => {
  it('records its playback and the job, and makes it ready', async () => {
    const { ports, table, item } = transcoded();
    const published = await publishVideo(ports, input, NOW);
    const stored = table.items.get(UPLOAD_ID);
    expect(stored).toMatchObject({
      status: 'ready',
      jobId: 'job-1',
      timeline: [...item.timeline, { at: minutesAgo(0), to: 'ready', by: 'workflow' }],
    });
    expect(published).toEqual({ outcome: 'published', playback: stored?.playback, sequence: 1 });
    expect(stored?.playback).toMatchObject({ hls: hlsKey, dash: dashKey, durationSeconds: 12 });
  });

  it('writes the times of the storyboard’s pictures beside them', async () => {
    const { ports, storage } = transcoded();
    await publishVideo(ports, input, NOW);
    expect(storage.texts.get(`${PREFIX}storyboard.vtt`)).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:12.000\nstoryboard.0000000.jpg#xywh=0,0,320,180\n',
    );
  });

  it('twice has the same outcome, and reads no outputs again', async () => {
    const { ports, calls } = transcoded();
    const first = await publishVideo(ports, input, NOW);
    const before = calls.made.length;
    expect(await publishVideo(ports, input, NOW + 1)).toEqual(first);
    expect(calls.made.slice(before)).toEqual(['uploads.get']);
  });

  it.each([
    ['does not exist', { uploadId: 'x' }],
    ['another execution has claimed', { execution: 'other' }],
  ])('is refused for an upload that %s', async (_, more) => {
    const { ports, calls } = transcoded();
    expect(await publishVideo(ports, { ...input, ...more }, NOW)).toEqual({
      outcome: 'not_publishable',
      code: 'not_claimed',
      detail: 'The upload is no longer claimed by this execution.',
    });
    expect(calls.made).toEqual(['uploads.get']);
  });

  it.each([
    ['size', { size: 1, etag: '"source"', versionId: 'v1' }],
    ['ETag', { size: 12_000_000, etag: '"other"', versionId: 'v1' }],
    ['version', { size: 12_000_000, etag: '"source"', versionId: 'v2' }],
  ])('is refused for a source with another %s', async (_, object) => {
    const { ports, storage, item, table } = transcoded();
    storage.sources.set(item.objectKey, object);
    expect(await publishVideo(ports, input, NOW)).toEqual({
      outcome: 'not_publishable',
      code: 'source_changed',
      detail: 'The source is not the object that was inspected.',
    });
    expect(table.items.get(UPLOAD_ID)).toEqual(item);
  });

  it('accepts any version where none was claimed', async () => {
    const { ports } = transcoded({ object: { etag: '"source"', size: 12_000_000 } });
    expect(await publishVideo(ports, input, NOW)).toMatchObject({ outcome: 'published' });
  });

  it('is refused for a source that does not exist', async () => {
    const { ports, storage } = transcoded();
    storage.sources.clear();
    expect(await publishVideo(ports, input, NOW)).toEqual({
      outcome: 'not_publishable',
      code: 'source_missing',
      detail: 'The source does not exist.',
    });
  });

  it.each([
    ['the HLS manifest does not parse', { dash }, 'outputs_invalid'],
    ['the DASH manifest does not parse', { hls }, 'outputs_invalid'],
    ['the duration differs', { hls, dash: { ...dash, durationSeconds: 99 } }, 'duration_differs'],
  ])('is refused where %s', async (_, found, code) => {
    const { ports } = transcoded({}, found);
    expect(await publishVideo(ports, input, NOW)).toMatchObject({
      outcome: 'not_publishable',
      code,
      detail: expect.stringMatching(/./),
    });
  });

  it.each(['poster.0000000.jpg', 'segment.cmfv'])('is refused where %s is empty', async (name) => {
    const { ports, storage } = transcoded();
    storage.outputs.set(PREFIX + name, 0);
    expect(await publishVideo(ports, input, NOW)).toMatchObject({ code: 'outputs_missing' });
  });

  it('counts no output of another upload', async () => {
    const { ports, storage } = transcoded();
    storage.outputs.delete(`${PREFIX}poster.0000000.jpg`);
    storage.outputs.set('videos/other/poster.0000000.jpg', 1);
    expect(await publishVideo(ports, input, NOW)).toMatchObject({ code: 'outputs_missing' });
  });

  it('is refused for an upload without media facts', async () => {
    const { ports, table, storage } = transcoded();
    const item = table.add(uploadIn('validating'));
    storage.sources.set(item.objectKey, { size: 12_000_000, etag: 'source', versionId: 'v1' });
    expect(await publishVideo(ports, input, NOW)).toEqual({
      outcome: 'not_publishable',
      code: 'outputs_invalid',
      detail: 'The upload has no media facts.',
    });
  });

  it('is refused where the upload is cancelled meanwhile', async () => {
    const { ports, table, calls } = transcoded();
    calls.before('uploads.changeStatus', () => {
      table.set(UPLOAD_ID, { status: 'cancelled', reason: { code: 'x' } });
    });
    expect(await publishVideo(ports, input, NOW)).toMatchObject({ code: 'not_claimed' });
  });

  it('is refused where another execution takes it over meanwhile', async () => {
    const { ports, table, calls } = transcoded();
    calls.before('uploads.changeStatus', () => {
      table.set(UPLOAD_ID, { execution: 'other' });
    });
    expect(await publishVideo(ports, input, NOW)).toMatchObject({ code: 'not_claimed' });
  });

  it('is refused where another execution publishes it meanwhile', async () => {
    const { ports, table, calls } = transcoded();
    calls.before('uploads.changeStatus', () => {
      table.add(uploadIn('ready', { execution: 'other' }));
    });
    expect(await publishVideo(ports, input, NOW)).toMatchObject({ code: 'not_claimed' });
  });

  it('returns what a concurrent call of the same execution has written', async () => {
    const { ports, calls } = transcoded();
    let other: unknown;
    calls.before('uploads.changeStatus', async () => {
      other = await publishVideo(ports, input, NOW);
    });
    expect(await publishVideo(ports, input, NOW)).toEqual(other);
    expect(other).toMatchObject({ outcome: 'published' });
  });
});
