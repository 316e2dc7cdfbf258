import { TransientError } from '../../../../../core/transient-error.ts';
import { deleteBelow, listObjects } from '../../../../../functions/adapters/s3/output-objects.ts';
import { getRange, getText } from '../../../../../functions/adapters/s3/read-objects.ts';
import { isMissing } from '../../../../../functions/adapters/s3/s3-client.ts';
import {
  closeSource,
  deleteEveryVersion,
  headObject,
} from '../../../../../functions/adapters/s3/source-objects.ts';
import { fakeClient, serviceError } from '../fake-client.ts';

const bucketWith = (responses: Parameters<typeof fakeClient>[0]) => {
  const { sent, client } = fakeClient(responses);
  return { sent, client, bucket: { client, name: 'b' } };
};

describe('A missing object', () => {
  it.each([
    ['NoSuchKey', 400, true],
    ['NoSuchVersion', 400, true],
    ['NotFound', 400, true],
    ['Any', 404, true],
    ['AccessDenied', 403, false],
  ])('is reported as %s with status %i: %p', (name, status, missing) => {
    expect(isMissing(serviceError(name, status))).toBe(missing);
    expect(isMissing({ name })).toBe(false);
  });
});

describe('headObject', () => {
  it('returns size, ETag and version', async () => {
    const head = { ContentLength: 7, ETag: '"e"', VersionId: 'v' };
    const { bucket, sent } = bucketWith({ HeadObject: () => head });
    expect(await headObject(bucket, 'k')).toEqual({ size: 7, etag: '"e"', versionId: 'v' });
    expect(sent).toEqual([['HeadObject', { Bucket: 'b', Key: 'k', ChecksumMode: 'ENABLED' }]]);
  });

  it('returns the checksum of the whole object where S3 has it', async () => {
    const head = {
      ContentLength: 7,
      ETag: '"e"',
      VersionId: 'v',
      ChecksumCRC64NVME: 'AAAAAAAAAAA=',
    };
    const { bucket } = bucketWith({ HeadObject: () => head });
    expect(await headObject(bucket, 'k')).toMatchObject({ checksum: 'AAAAAAAAAAA=' });
  });

  it('returns undefined for a missing object, and throws other errors', async () => {
    const missing = bucketWith({ HeadObject: () => serviceError('NotFound', 404) });
    expect(await headObject(missing.bucket, 'k')).toBeUndefined();
    const denied = bucketWith({ HeadObject: () => serviceError('AccessDenied', 403) });
    await expect(headObject(denied.bucket, 'k')).rejects.toThrow('AccessDenied');
  });
});

describe('deleteEveryVersion', () => {
  it('deletes versions and delete markers of exactly this key, on every page', async () => {
    const pages = [
      {
        Versions: [
          { Key: 'k', VersionId: '1' },
          { Key: 'k2', VersionId: '9' },
        ],
        IsTruncated: true,
        NextKeyMarker: 'k',
        NextVersionIdMarker: '1',
      },
      { DeleteMarkers: [{ Key: 'k', VersionId: '2' }] },
    ];
    const { bucket, sent } = bucketWith({
      ListObjectVersions: () => pages.shift(),
      DeleteObjects: () => ({}),
    });
    expect(await deleteEveryVersion(bucket, 'k')).toBe(2);
    const of = (VersionId: string) => ({
      Bucket: 'b',
      Delete: { Objects: [{ Key: 'k', VersionId }], Quiet: true },
    });
    expect(sent).toEqual([
      ['ListObjectVersions', { Bucket: 'b', Prefix: 'k' }],
      ['DeleteObjects', of('1')],
      ['ListObjectVersions', { Bucket: 'b', Prefix: 'k', KeyMarker: 'k', VersionIdMarker: '1' }],
      ['DeleteObjects', of('2')],
    ]);
  });

  it('deletes nothing where there is nothing', async () => {
    const { bucket } = bucketWith({ ListObjectVersions: () => ({}) });
    expect(await deleteEveryVersion(bucket, 'k')).toBe(0);
  });
});

describe('closeSource', () => {
  const put = [
    'PutObject',
    { Bucket: 'b', Key: 'k', Body: '', ContentLength: 0, IfNoneMatch: '*' },
  ];

  it('deletes versions and delete markers, and leaves a tombstone', async () => {
    const { bucket, sent } = bucketWith({
      ListObjectVersions: () => ({
        Versions: [{ Key: 'k', VersionId: '1', Size: 7 }],
        DeleteMarkers: [{ Key: 'k', VersionId: '2' }],
      }),
      DeleteObjects: () => ({}),
      PutObject: () => ({}),
    });
    expect(await closeSource(bucket, 'k')).toBe(2);
    expect(sent.map(([name]) => name)).toEqual([
      'ListObjectVersions',
      'DeleteObjects',
      'PutObject',
    ]);
    expect(sent.at(-1)).toEqual(put);
  });

  it('keeps a tombstone that is there, and deletes the rest', async () => {
    const { bucket, sent } = bucketWith({
      ListObjectVersions: () => ({
        Versions: [
          { Key: 'k', VersionId: '1', Size: 0 },
          { Key: 'k', VersionId: '2', Size: 7 },
        ],
      }),
      DeleteObjects: () => ({}),
    });
    expect(await closeSource(bucket, 'k')).toBe(1);
    expect(sent.at(-1)).toEqual([
      'DeleteObjects',
      { Bucket: 'b', Delete: { Objects: [{ Key: 'k', VersionId: '2' }], Quiet: true } },
    ]);
  });

  it.each([
    ['PreconditionFailed', 412],
    ['ConditionalRequestConflict', 409],
  ])(
    'deletes an object that arrives before the tombstone (%s), and tries again',
    async (name, status) => {
      const pages = [{}, { Versions: [{ Key: 'k', VersionId: '1', Size: 7 }] }];
      const puts = [serviceError(name, status), {}];
      const { bucket } = bucketWith({
        ListObjectVersions: () => pages.shift(),
        DeleteObjects: () => ({}),
        PutObject: () => puts.shift(),
      });
      expect(await closeSource(bucket, 'k')).toBe(1);
      expect([pages, puts]).toEqual([[], []]);
    },
  );

  it('gives up where objects keep arriving, and throws other errors', async () => {
    const full = () => serviceError('PreconditionFailed', 412);
    const busy = bucketWith({ ListObjectVersions: () => ({}), PutObject: full });
    await expect(closeSource(busy.bucket, 'k')).rejects.toThrow(TransientError);
    const refuse = () => serviceError('AccessDenied', 403);
    const denied = bucketWith({ ListObjectVersions: () => ({}), PutObject: refuse });
    await expect(closeSource(denied.bucket, 'k')).rejects.toThrow('AccessDenied');
  });
});

describe('The objects below a prefix', () => {
  it('are listed over all pages', async () => {
    const pages = [
      { Contents: [{ Key: 'p/1', Size: 1 }], IsTruncated: true, NextContinuationToken: 't' },
      { Contents: [{ Key: 'p/2', Size: 2 }], NextContinuationToken: 'ignored' },
    ];
    const { bucket, sent } = bucketWith({ ListObjectsV2: () => pages.shift() });
    expect(await listObjects(bucket, 'p/')).toEqual([
      { key: 'p/1', size: 1 },
      { key: 'p/2', size: 2 },
    ]);
    expect(sent.map(([, input]) => input)).toEqual([
      { Bucket: 'b', Prefix: 'p/' },
      { Bucket: 'b', Prefix: 'p/', ContinuationToken: 't' },
    ]);
  });

  it('are deleted in requests of 1,000 keys', async () => {
    const Contents = Array.from({ length: 1_001 }, (_, index) => ({ Key: `p/${index}`, Size: 1 }));
    const { bucket, sent } = bucketWith({
      ListObjectsV2: () => ({ Contents }),
      DeleteObjects: () => ({}),
    });
    expect(await deleteBelow(bucket, 'p/')).toBe(1_001);
    const counts = sent
      .filter(([command]) => command === 'DeleteObjects')
      .map(([, { Delete }]) => (Delete as { Objects: unknown[] }).Objects.length);
    expect(counts).toEqual([1_000, 1]);
  });

  it('that S3 does not delete are a transient error', async () => {
    const { bucket } = bucketWith({
      ListObjectsV2: () => ({ Contents: [{ Key: 'p/1' }] }),
      DeleteObjects: () => ({ Errors: [{ Code: 'InternalError' }] }),
    });
    await expect(deleteBelow(bucket, 'p/')).rejects.toThrow(
      new TransientError('S3 did not delete 1 objects (InternalError).'),
    );
  });
});

describe('Reading an object', () => {
  const object = { bucket: 'b', key: 'k', versionId: 'v', etag: '"e"' };
  const broken = () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));

  it('reads a range of one version with one ETag', async () => {
    const Body = { transformToByteArray: async () => new Uint8Array([1]) };
    const { client, sent } = bucketWith({ GetObject: () => ({ Body }) });
    expect(await getRange(client, object, 10, 20)).toEqual(new Uint8Array([1]));
    expect(sent).toEqual([
      [
        'GetObject',
        { Bucket: 'b', Key: 'k', Range: 'bytes=10-19', IfMatch: '"e"', VersionId: 'v' },
      ],
    ]);
  });

  it('reads the current version where none is named', async () => {
    const { client, sent } = bucketWith({ GetObject: () => ({}) });
    expect(await getRange(client, { bucket: 'b', key: 'k', etag: 'e' }, 0, 1)).toHaveLength(0);
    expect(sent[0]?.[1]).not.toHaveProperty('VersionId');
  });

  it.each(['PreconditionFailed', 'NoSuchVersion', 'NoSuchKey'])(
    'throws ObjectChanged for %s',
    async (name) => {
      const { client } = bucketWith({ GetObject: () => serviceError(name) });
      await expect(getRange(client, object, 0, 1)).rejects.toMatchObject({ name: 'ObjectChanged' });
    },
  );

  it('throws TransientError where the connection breaks within the body', async () => {
    const Body = { transformToByteArray: broken, transformToString: broken };
    const { client, bucket } = bucketWith({ GetObject: () => ({ Body }) });
    await expect(getRange(client, object, 0, 1)).rejects.toBeInstanceOf(TransientError);
    await expect(getText(bucket, 'k', 9)).rejects.toBeInstanceOf(TransientError);
  });

  it('throws other errors as they are', async () => {
    const { client, bucket } = bucketWith({ GetObject: () => serviceError('AccessDenied', 403) });
    await expect(getRange(client, object, 0, 1)).rejects.toThrow('AccessDenied');
    await expect(getText(bucket, 'k', 9)).rejects.toThrow('AccessDenied');
  });

  it('reads a text up to its limit', async () => {
    const Body = { transformToString: async () => 'text' };
    const { bucket } = bucketWith({ GetObject: () => ({ Body, ContentLength: 4 }) });
    expect(await getText(bucket, 'k', 4)).toBe('text');
    await expect(getText(bucket, 'k', 3)).rejects.toThrow('k has 4 bytes; expected at most 3.');
  });

  it('reads no text where there is no object, and an empty one without a body', async () => {
    const missing = bucketWith({ GetObject: () => serviceError('NoSuchKey', 404) });
    expect(await getText(missing.bucket, 'k', 9)).toBeUndefined();
    const empty = bucketWith({ GetObject: () => ({}) });
    expect(await getText(empty.bucket, 'k', 9)).toBe('');
  });
});
