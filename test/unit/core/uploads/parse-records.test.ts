import { statuses } from '../../../../core/contract/lifecycle.ts';
import {
  mediaOf,
  parseCapabilityItem,
  parseIdempotencyItem,
  parseQuotaItem,
  parseUploadItem,
} from '../../../../core/uploads/parse-records.ts';
import { REQUIRED_BY_STATUS } from '../../../../core/uploads/records.ts';
import { UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const NAME = `Item UPLOAD#${UPLOAD_ID} UPLOAD is not valid.`;

/** An upload with every attribute of docs/reference/table.md, written out: fixtures go through the parser. */
const everything = {
  pk: 'UPLOAD#u',
  sk: 'UPLOAD',
  uploadId: 'u',
  owner: 'YQ',
  subject: 'a',
  status: 'ready',
  statusShard: 'ready#b',
  sequence: 2,
  visibility: 'public',
  captionRevision: 2,
  captions: { revision: 2, tracks: [{ language: 'de', name: 'Deutsch', revision: 1 }] },
  attempt: 2,
  failedStep: 'transcode',
  resumeStep: 'publish',
  shard: 'b',
  fileName: 'film.mp4',
  contentType: 'video/mp4',
  size: 7,
  objectKey: 'uploads/YQ/u/source',
  s3UploadId: 's3',
  partSize: 7,
  partCount: 1,
  checksum: 'rosUhgp5mIE=',
  method: 'post',
  redirect: 'https://app.example.com/',
  metadata: { title: 'Sea' },
  idempotencyKey: 'key',
  requestHash: 'hash',
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
  deadline: '2026-01-04T03:04:05.678Z',
  quota: 'used',
  object: { versionId: 'v1', etag: 'e', size: 7 },
  execution: 'arn',
  reviewToken: 'token',
  jobId: 'job-1',
  transcodePercent: 100,
  media: '{}',
  reason: { code: 'audio_only', detail: 'One track.' },
  playback: {
    hls: 'h',
    dash: 'd',
    poster: 'p',
    storyboard: ['s'],
    durationSeconds: 1.5,
    renditions: [{ width: 640, height: 360, bandwidth: 9, codecs: 'avc1' }],
  },
  timeline: [{ at: '2026-01-02T03:04:05.678Z', to: 'waiting', by: 'owner', why: 'note' }],
};

describe('An upload item', () => {
  it('keeps every attribute', () => {
    expect(parseUploadItem(everything)).toEqual(everything);
  });

  it.each([
    [{ object: { etag: 'e', size: 7 } }],
    [{ reason: { code: 'audio_only' } }],
    [{ timeline: [{ at: 'a', to: 'waiting', by: 'owner' }] }],
    [{ statusShard: undefined, method: undefined, requestHash: undefined }],
    [{ method: 'put', quota: 'reserved' }],
    [{ quota: 'returned', size: 0, partSize: 0 }],
  ])('can have %j', (part) => {
    expect(parseUploadItem({ ...everything, ...part })).toEqual({ ...everything, ...part });
  });

  it.each([
    ['size', { size: -1 }],
    ['size', { size: 1.5 }],
    ['partCount', { partCount: 0 }],
    ['method', { method: 'multipart' }],
    ['status', { status: 'done' }],
    ['quota', { quota: 'none' }],
    ['metadata.title', { metadata: { title: 1 } }],
    ['object.etag', { object: { size: 7 } }],
    ['object.size', { object: { etag: 'e', size: -1 } }],
    ['reason.code', { reason: {} }],
    ['timeline.0.to', { timeline: [{ at: 'a', to: 'done', by: 'owner' }] }],
    ['timeline.0.why', { timeline: [{ at: 'a', to: 'waiting', by: 'owner', why: 1 }] }],
    ['playback.hls', { playback: { ...everything.playback, hls: 1 } }],
    ['playback.renditions.0.width', { playback: { ...everything.playback, renditions: [{}] } }],
  ])('cannot have another %s', (field, part) => {
    expect(() => parseUploadItem({ ...everything, ...part })).toThrow(
      `Item UPLOAD#u UPLOAD is not valid. ${field}: `,
    );
  });

  it.each(statuses)('of status %s is parsed as it is stored', (status) => {
    const item = uploadIn(status);
    expect(parseUploadItem({ ...item })).toEqual(item);
  });

  it.each(statuses.flatMap((status) => REQUIRED_BY_STATUS[status].map((name) => [status, name])))(
    'of status %s must have %s',
    (status, name) => {
      const item = {
        ...uploadIn(status as (typeof statuses)[number]),
        [name as string]: undefined,
      };
      expect(() => parseUploadItem(item)).toThrow(
        `${NAME} ${name}: required for status ${status}, but missing.`,
      );
    },
  );

  it('that is not valid is an error with each field, and without any value', () => {
    const item = {
      ...uploadIn('waiting'),
      size: 'secret',
      timeline: [{ at: 'x', to: 'y', by: 1 }],
    };
    expect(() => parseUploadItem(item)).toThrow(
      expect.objectContaining({
        name: 'ItemInvalid',
        message: expect.stringMatching(/size: .*; timeline\.0\.to: .*; timeline\.0\.by: /),
      }),
    );
    expect(() => parseUploadItem(item)).not.toThrow(/secret/);
  });

  it.each([undefined, null, {}, 'text'])('is an error for %p', (item) => {
    expect(() => parseUploadItem(item)).toThrow('Item ? ? is not valid.');
  });

  it('loses the attributes that only a later version knows', () => {
    const item = uploadIn('waiting');
    expect(parseUploadItem({ ...item, later: 1 })).toEqual(item);
  });
});

describe('The media facts of an upload', () => {
  it('are parsed from its text', () => {
    expect(mediaOf(uploadIn('ready'))).toMatchObject({ container: 'mp4', durationSeconds: 12 });
    expect(mediaOf(uploadIn('waiting'))).toBeUndefined();
  });

  it.each([
    ['is not JSON', '{', 'media: '],
    ['lacks a field', '{"container":"mp4"}', 'media.durationSeconds: '],
  ])('are an error where the text %s', (_, media, field) => {
    expect(() => mediaOf(uploadIn('transcoding', { media }))).toThrow(`${NAME} ${field}`);
  });
});

describe('An item', () => {
  const keys = { pk: 'OWNER#a', sk: 'X' };
  const quota = { ...keys, totalBytes: 1, reservedBytes: 1, usedBytes: 0, activeUploads: 1 };
  const idempotency = { ...keys, uploadId: 'u', requestHash: 'h', createdAt: 'c', expiresAt: 1 };
  const capability = { ...keys, owner: 'o', subject: 's', createdAt: 'c', expiresAt: 1 };

  it.each([
    ['quota', parseQuotaItem, quota],
    ['idempotency key', parseIdempotencyItem, idempotency],
    ['capability', parseCapabilityItem, capability],
  ])('for a %s is parsed, and every field of it is required', (_, parse, item) => {
    expect(parse(item)).toEqual(item);
    for (const name of Object.keys(item).filter((field) => !(field in keys))) {
      expect(() => parse({ ...item, [name]: undefined })).toThrow(
        `Item OWNER#a X is not valid. ${name}: `,
      );
    }
  });
});
