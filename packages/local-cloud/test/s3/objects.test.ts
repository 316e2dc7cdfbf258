import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { bytes, type Harness, newBucket, refusal, responseOf, startS3 } from './harness.ts';

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
  Bucket = await newBucket(s3.client);
});
afterAll(() => s3.stop());

const put = (Key: string, more: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body: 'testcontent', ...more }));
const read = async (Key: string, more: object = {}) => {
  const { Body, ...rest } = await s3.client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...rest, text: await Body?.transformToString() };
};

describe('An object', () => {
  it('has bytes, headers, metadata and its MD5 as ETag', async () => {
    const { ETag } = await put('whole', {
      ContentType: 'text/plain',
      CacheControl: 'public, max-age=14400',
      ContentDisposition: 'attachment; filename="a.txt"',
      Metadata: { colour: 'grün' },
    });
    expect(ETag).toBe(`"${createHash('md5').update('testcontent').digest('hex')}"`);
    expect(await read('whole')).toMatchObject({
      text: 'testcontent',
      ETag,
      ContentType: 'text/plain',
      CacheControl: 'public, max-age=14400',
      ContentDisposition: 'attachment; filename="a.txt"',
      // S3 encodes what is not ASCII, by RFC 2047.
      Metadata: { colour: '=?UTF-8?B?Z3LDvG4=?=' },
      ServerSideEncryption: 'AES256',
    });
  });

  it('may be empty, and its key may have any characters', async () => {
    await put('empty', { Body: Buffer.alloc(0) });
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'empty' }));
    expect(head.ContentLength).toBe(0);
    for (const key of ['a b+c%20d', 'ü/ñ/日本', "it's (1)!*~", 'a//b/../c', '&<>"']) {
      await put(key);
      expect((await read(key)).text).toBe('testcontent');
    }
  });

  it('that is absent is NoSuchKey, in an absent bucket NoSuchBucket', async () => {
    expect(await refusal(read('missing'))).toMatchObject({ code: 'NoSuchKey', status: 404 });
    const lost = s3.client.send(
      new PutObjectCommand({ Bucket: 'no-such-bucket', Key: 'a', Body: 'b' }),
    );
    expect(await refusal(lost)).toMatchObject({ code: 'NoSuchBucket', status: 404 });
  });

  it('with a key of more than 1024 bytes is refused', async () => {
    expect(await refusal(put('ü'.repeat(513)))).toMatchObject({
      code: 'KeyTooLongError',
      status: 400,
    });
  });

  it('can have tags from the start or later', async () => {
    await put('tagged', { Tagging: 'a=1&b=2' });
    const tags = async () =>
      (await s3.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))).TagSet;
    expect(await tags()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]);
    const TagSet = [{ Key: 'c', Value: '3' }];
    await s3.client.send(
      new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } }),
    );
    expect(await tags()).toEqual(TagSet);
    expect(await refusal(put('tagged', { Tagging: `${'k'.repeat(129)}=1` }))).toMatchObject({
      code: 'InvalidTag',
    });
  });

  it('with unsupported properties is refused by name', async () => {
    expect(await refusal(put('x', { StorageClass: 'GLACIER' }))).toMatchObject({
      code: 'InvalidStorageClass',
    });
    expect(await refusal(put('x', { ServerSideEncryption: 'aws:kms' }))).toMatchObject({
      code: 'NotImplemented',
      status: 501,
    });
    const website = await refusal(put('x', { WebsiteRedirectLocation: '/y' }));
    expect(website.message).toContain('x-amz-website-redirect-location');
  });
});

describe('A ranged read', () => {
  beforeAll(() => put('ranged'));

  it.each([
    ['bytes=4-7', 'cont', 'bytes 4-7/11'],
    ['bytes=4-', 'content', 'bytes 4-10/11'],
    ['bytes=-7', 'content', 'bytes 4-10/11'],
    ['bytes=-100', 'testcontent', 'bytes 0-10/11'],
    ['bytes=0-100', 'testcontent', 'bytes 0-10/11'],
  ])('%s returns %s', async (Range, text, ContentRange) => {
    const response = await read('ranged', { Range });
    expect(response).toMatchObject({ text, ContentRange });
    expect(response.$metadata.httpStatusCode).toBe(206);
  });

  it.each(['bytes=11-', 'bytes=40-50', 'bytes=-0'])('%s cannot be satisfied', async (Range) => {
    expect(await refusal(read('ranged', { Range }))).toMatchObject({
      code: 'InvalidRange',
      status: 416,
    });
  });

  it.each(['bytes=7-4', 'bytes=0-1,3-4', 'lines=1-2'])(
    '%s returns the whole object',
    async (Range) => {
      const response = await read('ranged', { Range });
      expect(response.text).toBe('testcontent');
      expect(response.$metadata.httpStatusCode).toBe(200);
    },
  );
});

describe('Conditions of a read', () => {
  it('use the ETag and the time', async () => {
    const { ETag = '' } = await put('conditional');
    expect((await read('conditional', { IfMatch: ETag })).text).toBe('testcontent');
    expect(await refusal(read('conditional', { IfMatch: '"other"' }))).toMatchObject({
      status: 412,
    });
    expect(await refusal(read('conditional', { IfNoneMatch: ETag }))).toMatchObject({
      status: 304,
    });
    const future = new Date(s3.clock.now() + 60_000);
    const past = new Date(s3.clock.now() - 60_000);
    expect(await refusal(read('conditional', { IfModifiedSince: future }))).toMatchObject({
      status: 304,
    });
    expect(await refusal(read('conditional', { IfUnmodifiedSince: past }))).toMatchObject({
      status: 412,
    });
  });
});

describe('Conditions of a write', () => {
  it('If-None-Match: * creates an object only once', async () => {
    await put('once', { IfNoneMatch: '*' });
    expect(await refusal(put('once', { IfNoneMatch: '*', Body: 'two' }))).toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
    });
    expect((await read('once')).text).toBe('testcontent');
  });

  it('If-Match replaces only the expected object', async () => {
    const { ETag = '' } = await put('known');
    expect(await refusal(put('known', { IfMatch: '"abc"' }))).toMatchObject({ status: 412 });
    await put('known', { IfMatch: ETag, Body: 'new' });
    expect((await read('known')).text).toBe('new');
    expect(await refusal(put('nobody', { IfMatch: ETag }))).toMatchObject({
      code: 'NoSuchKey',
      status: 404,
    });
  });

  it('of concurrent writes one succeeds', async () => {
    const results = await Promise.allSettled(
      [1, 2, 3, 4].map((n) => put('race', { IfNoneMatch: '*', Body: `writer ${n}` })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('A delete', () => {
  const remove = (Key: string, more: object = {}) =>
    s3.client.send(new DeleteObjectCommand({ Bucket, Key, ...more }));

  it('of an absent key succeeds', async () => {
    expect((await remove('nothing')).$metadata.httpStatusCode).toBe(204);
  });

  it('can have conditions on the ETag, the size and the time', async () => {
    const { ETag = '' } = await put('guarded');
    const { LastModified } = await s3.client.send(
      new HeadObjectCommand({ Bucket, Key: 'guarded' }),
    );
    for (const condition of [
      { IfMatch: '"other"' },
      { IfMatchSize: 5 },
      { IfMatchLastModifiedTime: new Date('2015-01-01') },
    ]) {
      expect(await refusal(remove('guarded', condition))).toMatchObject({
        code: 'PreconditionFailed',
      });
    }
    await remove('guarded', {
      IfMatch: ETag,
      IfMatchSize: 11,
      IfMatchLastModifiedTime: LastModified,
    });
    expect(await refusal(read('guarded'))).toMatchObject({ code: 'NoSuchKey' });
  });
});

describe('A copy', () => {
  it('has the bytes and the metadata of its source, or new metadata', async () => {
    await put('source', { Metadata: { a: '1' }, ContentType: 'text/plain' });
    const copy = (Key: string, more: object = {}) =>
      s3.client.send(
        new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...more }),
      );
    await copy('copy');
    expect(await read('copy')).toMatchObject({
      text: 'testcontent',
      Metadata: { a: '1' },
      ContentType: 'text/plain',
    });
    await copy('renamed', { MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
    expect((await read('renamed')).Metadata).toEqual({ b: '2' });
    expect(await refusal(copy('source'))).toMatchObject({ code: 'InvalidRequest' });
    expect(await refusal(copy('x', { CopySourceIfMatch: '"other"' }))).toMatchObject({
      status: 412,
    });
  });

  it('remains after its source is deleted', async () => {
    await put('short-lived');
    await s3.client.send(
      new CopyObjectCommand({ Bucket, Key: 'heir', CopySource: `${Bucket}/short-lived` }),
    );
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'short-lived' }));
    expect((await read('heir')).text).toBe('testcontent');
  });
});

describe('Responses', () => {
  it('have headers from the query of a signed request', async () => {
    await put('overridden');
    const response = await read('overridden', {
      ResponseContentType: 'foo/bar',
      ResponseCacheControl: 'no-cache',
    });
    expect(response).toMatchObject({ ContentType: 'foo/bar', CacheControl: 'no-cache' });
  });

  it('of errors are XML with code, message and ids', async () => {
    const { status, text, headers } = await responseOf(fetch(`${s3.endpoint}/${Bucket}/x?website`));
    expect(status).toBe(501);
    expect(text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NotImplemented<\/Code><Message>/,
    );
    expect(text).toContain(`<RequestId>${headers.get('x-amz-request-id')}</RequestId><HostId>`);
  });

  it('are errors for a path that is not UTF-8', async () => {
    expect(await responseOf(fetch(`${s3.endpoint}/${Bucket}/%AE%8A-`))).toMatchObject({
      status: 400,
      code: 'InvalidURI',
    });
  });
});

describe('A large object', () => {
  it('can be read to its end while it is deleted', async () => {
    const body = bytes(8 * 1024 * 1024);
    await put('large', { Body: body });
    const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    await s3.client.send(new DeleteObjectCommand({ Bucket, Key: 'large' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  it('has attributes', async () => {
    await put('attributes');
    const ObjectAttributes = [
      'ETag',
      'Checksum',
      'ObjectParts',
      'StorageClass',
      'ObjectSize',
    ] as const;
    const attributes = await s3.client.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'attributes',
        ObjectAttributes: [...ObjectAttributes],
      }),
    );
    expect(attributes).toMatchObject({ ObjectSize: 11, StorageClass: 'STANDARD' });
    expect(attributes.ObjectParts).toBeUndefined();
  });
});

describe('Versions', () => {
  it('remain behind a delete marker and can be deleted one by one', async () => {
    const versioned = await newBucket(s3.client);
    const at = { Bucket: versioned, Key: 'k' };
    const before = await s3.client.send(new PutObjectCommand({ ...at, Body: 'zero' }));
    expect(before.VersionId).toBeUndefined();
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await s3.client.send(
      new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration }),
    );
    const one = await s3.client.send(new PutObjectCommand({ ...at, Body: 'one' }));
    const marker = await s3.client.send(new DeleteObjectCommand(at));
    expect(marker).toMatchObject({ DeleteMarker: true });

    const get = async (VersionId?: string) =>
      (await s3.client.send(new GetObjectCommand({ ...at, VersionId }))).Body?.transformToString();
    expect(await refusal(get())).toMatchObject({ code: 'NoSuchKey' });
    expect(await get(one.VersionId)).toBe('one');
    expect(await get('null')).toBe('zero');
    expect(await refusal(get(marker.VersionId))).toMatchObject({
      code: 'MethodNotAllowed',
      status: 405,
    });
    expect(await refusal(get('unknown'))).toMatchObject({ code: 'NoSuchVersion' });

    await s3.client.send(new DeleteObjectCommand({ ...at, VersionId: marker.VersionId }));
    expect(await get()).toBe('one');
    await s3.client.send(new DeleteObjectCommand({ ...at, VersionId: one.VersionId }));
    expect(await get()).toBe('zero');
  });
});
