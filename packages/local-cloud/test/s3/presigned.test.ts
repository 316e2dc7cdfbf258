import { request } from 'node:http';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { systemClock } from '../../src/shared/clock.ts';
import { until } from '../waiting.ts';
import { blobCount, clientFor, type Harness, newBucket, responseOf, startS3 } from './harness.ts';

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
  Bucket = await newBucket(s3.client);
});
afterAll(() => s3.stop());

const SIZE = 1000;

/** A presigned part of an upload service: the exact length is signed. */
async function grant({ expiresIn = 600 } = {}) {
  const target = { Bucket, Key: 'granted' };
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(target));
  const command = new UploadPartCommand({
    ...target,
    UploadId,
    PartNumber: 1,
    ContentLength: SIZE,
  });
  const client = clientFor(s3.endpoint, 'main');
  client.config.requestChecksumCalculation = async () => 'WHEN_REQUIRED';
  const url = await getSignedUrl(client, command, {
    expiresIn,
    signableHeaders: new Set(['host', 'content-length']),
    unhoistableHeaders: new Set(['content-length']),
  });
  const parts = async () =>
    (await s3.client.send(new ListPartsCommand({ ...target, UploadId }))).Parts ?? [];
  return { url, parts };
}

const put = (url: string, size: number, headers: Record<string, string> = {}) =>
  responseOf(fetch(url, { method: 'PUT', body: Buffer.alloc(size, 'x'), headers }));

describe('A presigned part', () => {
  it('accepts exactly the signed number of bytes', async () => {
    const { url, parts } = await grant();
    expect(url).toContain('X-Amz-SignedHeaders=content-length%3Bhost');
    const response = await put(url, SIZE);
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await parts()).toMatchObject([{ PartNumber: 1, Size: SIZE }]);
  });

  it.each([
    ['a byte more', SIZE + 1, {}, 'SignatureDoesNotMatch', 403],
    ['a byte less', SIZE - 1, {}, 'SignatureDoesNotMatch', 403],
    ['an unsigned x-amz-acl', SIZE, { 'x-amz-acl': 'public-read' }, 'AccessDenied', 403],
    ['an unsigned x-amz-meta', SIZE, { 'x-amz-meta-a': 'b' }, 'AccessDenied', 403],
  ])('with %s is refused and stores nothing', async (_, size, headers, code, status) => {
    const { url, parts } = await grant();
    const response = await put(url, size, headers as Record<string, string>);
    expect(response).toMatchObject({ code, status });
    if (code === 'AccessDenied') {
      expect(response.text).toContain(
        `<HeadersNotSigned>${Object.keys(headers)[0]}</HeadersNotSigned>`,
      );
    }
    expect(await parts()).toEqual([]);
  });

  it.each([
    ['another part', (url: string) => url.replace('partNumber=1', 'partNumber=2')],
    ['another upload', (url: string) => url.replace(/uploadId=[^&]*/, 'uploadId=other')],
    ['another key', (url: string) => url.replace('/granted', '/stolen')],
    ['a longer life', (url: string) => url.replace('X-Amz-Expires=600', 'X-Amz-Expires=6000')],
    ['another key id', (url: string) => url.replace('Credential=main', 'Credential=other')],
    ['one more parameter', (url: string) => `${url}&x-amz-acl=public-read`],
  ])('changed to %s is refused', async (_, edit) => {
    const { url, parts } = await grant();
    expect(edit(url)).not.toBe(url);
    expect(await put(edit(url), SIZE)).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
    });
    expect(await parts()).toEqual([]);
  });

  it('expires', async () => {
    const { url, parts } = await grant({ expiresIn: 60 });
    s3.clock.advance(61_000);
    const response = await put(url, SIZE);
    expect(response).toMatchObject({ code: 'AccessDenied', status: 403 });
    expect(response.text).toContain('<Message>Request has expired</Message>');
    expect(response.text).toContain('<X-Amz-Expires>60</X-Amz-Expires>');
    expect(await parts()).toEqual([]);
  });

  it('whose connection breaks stores nothing', async () => {
    const { url, parts } = await grant({ expiresIn: 6000 });
    const before = await blobCount(s3.dataDir);
    const call = request(url, { method: 'PUT', headers: { 'content-length': SIZE } });
    call.on('error', () => undefined);
    call.write(Buffer.alloc(SIZE / 2));
    await until(async () => (await blobCount(s3.dataDir)) === before + 1);
    call.destroy();
    await until(async () => (await blobCount(s3.dataDir)) === before);
    expect(await parts()).toEqual([]);
  });

  it('responds before the body to a client with Expect: 100-continue', async () => {
    const { url } = await grant({ expiresIn: 6000 });
    const outcome = await new Promise<string>((resolve, reject) => {
      const headers = { 'content-length': SIZE + 1, expect: '100-continue' };
      const call = request(url, { method: 'PUT', headers });
      call.on('continue', () => resolve('asked for the body'));
      call.on('response', ({ statusCode }) => resolve(`refused with ${statusCode}`));
      call.on('error', reject);
      call.flushHeaders();
    });
    expect(outcome).toBe('refused with 403');
  });
});

describe('A presigned URL of the SDK', () => {
  it('has metadata in its query, and checksums of an empty body that are ignored', async () => {
    const command = new PutObjectCommand({ Bucket, Key: 'hoisted', Metadata: { a: 'b' } });
    const url = await getSignedUrl(s3.client, command);
    expect(url).toContain('x-amz-checksum-crc32');
    expect((await put(url, SIZE)).status).toBe(200);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'hoisted' }));
    expect(head).toMatchObject({ Metadata: { a: 'b' }, ContentLength: SIZE });
  });

  it('reads an object, also with its own HEAD, but not with another method', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket, Key: 'read', Body: 'text' }));
    const url = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket, Key: 'read' }));
    expect(await responseOf(fetch(url))).toMatchObject({ status: 200, text: 'text' });
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  });
});

it('credentials of a session expire with the session', async () => {
  const expiresAt = Date.now() + 3_600_000;
  const credentials = {
    accessKeyId: 'session',
    secretAccessKey: 'session-secret',
    sessionToken: 'the-token',
    expiresAt,
  };
  const own = await startS3({
    clock: { ...systemClock, now: () => Date.now() + 7_200_000 },
    credentials: { find: () => ({ credentials, caller: { kind: 'root' } }) },
  });
  const client = clientFor(own.endpoint, 'session');
  client.config.credentials = async () => credentials;
  const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'b', Key: 'k' }), {
    expiresIn: 86_400,
  });
  expect(await responseOf(fetch(url))).toMatchObject({ status: 400, code: 'ExpiredToken' });
  const foreign = url.replace('X-Amz-Security-Token=the-token', 'X-Amz-Security-Token=other');
  expect(await responseOf(fetch(foreign))).toMatchObject({ status: 400, code: 'InvalidToken' });
  await own.stop();
});
