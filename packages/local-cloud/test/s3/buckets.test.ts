import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { type Harness, newBucket, refusal, startS3 } from './harness.ts';

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());
beforeEach(async () => {
  Bucket = await newBucket(s3.client);
});

const put = (Key: string, more: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }));

describe('A bucket', () => {
  it('can be created, found, listed and deleted', async () => {
    await s3.client.send(new HeadBucketCommand({ Bucket }));
    const { Buckets } = await s3.client.send(new ListBucketsCommand());
    expect(Buckets?.map(({ Name }) => Name)).toContain(Bucket);
    expect(
      (await s3.client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint,
    ).toBeUndefined();
    await s3.client.send(new DeleteBucketCommand({ Bucket }));
    expect(await refusal(s3.client.send(new HeadBucketCommand({ Bucket })))).toMatchObject({
      status: 404,
    });
  });

  it('with objects cannot be deleted', async () => {
    await put('a');
    expect(await refusal(s3.client.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
      code: 'BucketNotEmpty',
      status: 409,
    });
  });

  it.each(['Ab', 'a', 'a..b', '-ab', 'a_b', '192.168.1.1', 'x'.repeat(64)])(
    'cannot have the name %s',
    async (name) => {
      expect(
        await refusal(s3.client.send(new CreateBucketCommand({ Bucket: name }))),
      ).toMatchObject({ code: 'InvalidBucketName', status: 400 });
    },
  );

  it('of another account cannot be created again', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket }));
    expect(await refusal(s3.other.send(new CreateBucketCommand({ Bucket })))).toMatchObject({
      code: 'BucketAlreadyExists',
      status: 409,
    });
  });

  it('stores its settings', async () => {
    const versioning = async () =>
      (await s3.client.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await versioning()).toBeUndefined();
    await s3.client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    expect(await versioning()).toBe('Suspended');
    const Rules = [
      {
        ID: 'r',
        Status: 'Enabled' as const,
        Filter: { Prefix: 'a/' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
    ];
    await s3.client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
    );
    expect(
      (await s3.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules,
    ).toEqual(Rules);
    const encryption = await s3.client.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(
      encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
        ?.SSEAlgorithm,
    ).toBe('AES256');
  });
});

describe('A listing', () => {
  const KEYS = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'z/1', 'é', '\u{1F3A5}'];
  beforeEach(() => Promise.all(KEYS.map((key) => put(key))));

  it('is ordered by UTF-8 bytes', async () => {
    const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(KEYS);
  });

  it('groups folders', async () => {
    const list = await s3.client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect(list.Contents?.map(({ Key }) => Key)).toEqual(['a', 'd', 'é', '\u{1F3A5}']);
    expect(list.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['b/', 'z/']);
    expect(list.KeyCount).toBe(6);
    const inside = await s3.client.send(
      new ListObjectsV2Command({ Bucket, Delimiter: '/', Prefix: 'b/' }),
    );
    expect(inside.Contents?.map(({ Key }) => Key)).toEqual(['b/1', 'b/2']);
    expect(inside.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['b/c/']);
  });

  it.each([1, 2, 3, 7])('in pages of %i has the same items as a whole', async (pageSize) => {
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2(
      { client: s3.client, pageSize },
      { Bucket, Delimiter: '/' },
    )) {
      expect(page.KeyCount).toBeLessThanOrEqual(pageSize);
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
    }
    expect(seen.sort()).toEqual(['a', 'b/', 'd', 'z/', 'é', '\u{1F3A5}'].sort());
  });

  it('of version 1 continues after a marker', async () => {
    const first = await s3.client.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }),
    );
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b/' });
    const second = await s3.client.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, Marker: 'b/' }),
    );
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['d']);
    expect(second.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['z/']);
    const after = await s3.client.send(new ListObjectsV2Command({ Bucket, StartAfter: 'd' }));
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['z/1', 'é', '\u{1F3A5}']);
  });

  it('refuses an invalid token', async () => {
    const list = s3.client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'made-up' }));
    expect(await refusal(list)).toMatchObject({ code: 'InvalidArgument', status: 400 });
  });

  it('of versions has all of them, newest first, in pages', async () => {
    await s3.client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await put('a', { Body: 'second' });
    await put('a', { Body: 'third' });
    await s3.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }] } }));
    const seen: string[] = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await s3.client.send(
        new ListObjectVersionsCommand({
          Bucket,
          Prefix: 'a',
          MaxKeys: 1,
          KeyMarker,
          VersionIdMarker,
        }),
      );
      seen.push(
        ...(page.Versions ?? []).map(({ Size }) => `version of ${Size}`),
        ...(page.DeleteMarkers ?? []).map(({ IsLatest }) => `marker, latest: ${IsLatest}`),
      );
      ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
    } while (KeyMarker !== undefined);
    expect(seen).toEqual(['marker, latest: true', 'version of 5', 'version of 6', 'version of 1']);
  });
});

describe('Deleting many', () => {
  it('has a result for each key, and conditions', async () => {
    const { ETag } = await put('a');
    await put('b');
    const Objects = [
      { Key: 'a', ETag },
      { Key: 'b', ETag: '"other"' },
      { Key: 'missing' },
      { Key: 'b', Size: 99 },
    ];
    const response = await s3.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects } }),
    );
    expect(response.Deleted?.map(({ Key }) => Key)).toEqual(['a', 'missing']);
    expect(response.Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([
      ['b', 'PreconditionFailed'],
      ['b', 'PreconditionFailed'],
    ]);
  });
});
