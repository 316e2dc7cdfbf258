import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type Ending, exchange, requestBytes, statusesOf } from '../raw-connection.ts';
import { awsChunked } from './aws-chunked-body.ts';
import { bytes, type Harness, refusal, responseOf, startS3 } from './harness.ts';

const Bucket = 'lengths';
let s3: Harness;
let uploadId: string;
beforeAll(async () => {
  s3 = await startS3();
  await s3.client.send(new CreateBucketCommand({ Bucket, ACL: 'public-read-write' }));
  const upload = new CreateMultipartUploadCommand({ Bucket, Key: 'parts' });
  uploadId = (await s3.client.send(upload)).UploadId ?? '';
  await s3.client.send(
    new PutObjectCommand({ Bucket, Key: 'tagged', Body: 'x', ACL: 'public-read' }),
  );
});
afterAll(() => s3.stop());

const md5 = (body: Uint8Array) => createHash('md5').update(body).digest('base64');
const TAGS = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>';
const PARTS =
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part></CompleteMultipartUpload>';

/** Each operation that reads a body: its target, a body that it understands, and the code of a whole request. */
const OPERATIONS = {
  PutObject: {
    method: 'PUT',
    target: () => `/${Bucket}/object`,
    data: bytes(50_000),
    code: undefined,
  },
  UploadPart: {
    method: 'PUT',
    target: () => `/${Bucket}/parts?partNumber=1&uploadId=${uploadId}`,
    data: bytes(50_000),
    code: undefined,
  },
  CompleteMultipartUpload: {
    method: 'POST',
    target: () => `/${Bucket}/parts?uploadId=${uploadId}`,
    data: Buffer.from(PARTS),
    // The body is read to its end before its parts are looked up.
    code: 'InvalidPart',
  },
  DeleteObjects: {
    method: 'POST',
    target: () => `/${Bucket}?delete`,
    data: Buffer.from('<Delete><Object><Key>nothing</Key></Object></Delete>'),
    code: undefined,
  },
  PutObjectTagging: {
    method: 'PUT',
    target: () => `/${Bucket}/tagged?tagging`,
    data: Buffer.from(TAGS),
    code: undefined,
  },
} as const;

const FORMS = {
  'signed chunks': { signed: true },
  'signed chunks with a trailer': { signed: true, trailer: true },
} as const;

describe.each(Object.entries(OPERATIONS))(
  '%s by aws-chunked',
  (_, { method, target, data, code }) => {
    const send = (
      form: { signed?: boolean; trailer?: boolean },
      decodedLength: number | undefined,
    ) => {
      const crc = createHash('sha256').update(data).digest('base64');
      const { headers, body } = awsChunked({
        method,
        target: target(),
        host: new URL(s3.endpoint).host,
        data,
        now: s3.clock.now(),
        signed: form.signed ?? false,
        ...(form.trailer ? { trailer: ['x-amz-checksum-sha256', crc] as const } : {}),
        decodedLength,
      });
      // One of them is required by DeleteObjects.
      if (!form.trailer) headers['content-md5'] = md5(data);
      return responseOf(fetch(`${s3.endpoint}${target()}`, { method, headers, body }));
    };

    it.each(Object.entries(FORMS))(
      'in %s accepts exactly the announced length',
      async (_name, form) => {
        expect((await send(form, data.length)).code).toBe(code);
        for (const wrong of [data.length - 1, data.length + 1, 0])
          expect(await send(form, wrong)).toMatchObject({ status: 400, code: 'IncompleteBody' });
        expect(await send(form, undefined)).toMatchObject({
          status: 411,
          code: 'MissingContentLength',
        });
      },
    );
  },
);

describe('PutObject without a signature', () => {
  const put = (data: Buffer, decodedLength: number | undefined) => {
    const trailer = [
      'x-amz-checksum-sha256',
      createHash('sha256').update(data).digest('base64'),
    ] as const;
    const { headers, body } = awsChunked({
      target: `/${Bucket}/object`,
      host: '',
      data,
      now: 0,
      trailer,
      decodedLength,
    });
    return responseOf(fetch(`${s3.endpoint}/${Bucket}/object`, { method: 'PUT', headers, body }));
  };
  const stored = async () =>
    Buffer.from(
      (await (
        await s3.client.send(new GetObjectCommand({ Bucket, Key: 'object' }))
      ).Body?.transformToByteArray()) ?? [],
    );

  it.each([0, 1, 16_384, 50_000])('stores %i bytes in chunks with a trailer', async (size) => {
    const data = bytes(size, size);
    expect((await put(data, size)).status).toBe(200);
    expect((await stored()).equals(data)).toBe(true);
  });

  it('keeps the former object when the length is wrong', async () => {
    const data = bytes(1000, 9);
    expect((await put(data, 1000)).status).toBe(200);
    for (const wrong of [0, 999, 1001])
      expect(await put(bytes(1000, 10), wrong)).toMatchObject({ code: 'IncompleteBody' });
    expect((await stored()).equals(data)).toBe(true);
  });
});

describe('The length of a plain body', () => {
  const put = (headers: Record<string, string>, body: string, ending: Ending = 'waits') =>
    exchange(
      s3.endpoint,
      requestBytes({
        method: 'PUT',
        path: `/${Bucket}/plain`,
        headers: { connection: 'close', ...headers },
        body,
      }),
      ending,
    );
  const read = async () =>
    (
      await s3.client.send(new GetObjectCommand({ Bucket, Key: 'plain' }))
    ).Body?.transformToString();

  it.each([
    ['the announced one', { 'content-length': '3' }, 'abc', 'abc'],
    ['nothing', { 'content-length': '0' }, '', ''],
    [
      'that of HTTP chunks',
      { 'transfer-encoding': 'chunked' },
      '2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n',
      'abcde',
    ],
    ['that of no HTTP chunk', { 'transfer-encoding': 'chunked' }, '0\r\n\r\n', ''],
  ])('is %s', async (_, headers, body, expected) => {
    expect(statusesOf(await put(headers, body))[0]).toBe(200);
    expect(await read()).toBe(expected);
  });

  it.each([
    ['a body shorter than announced', { 'content-length': '4' }, 'abc'],
    ['HTTP chunks without an end', { 'transfer-encoding': 'chunked' }, '3\r\nabc\r\n'],
  ])('%s stores nothing', async (_, headers, body) => {
    await put({}, 'before');
    for (const status of statusesOf(await put(headers, body, 'half-closes')))
      expect(status).toBe(400);
    expect(await read()).toBe('before');
  });

  it('is missing, so the request is refused', async () => {
    const bytesWithoutLength = Buffer.from(
      `PUT /${Bucket}/plain HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`,
    );
    const received = await exchange(s3.endpoint, bytesWithoutLength, 'waits');
    expect(statusesOf(received)).toEqual([411]);
  });

  it('is over 5 GiB, so the request is refused before the body', async () => {
    const headers = { 'content-length': String(5 * 1024 ** 3 + 1) };
    const received = await put({ ...headers, expect: '100-continue' }, '');
    expect(statusesOf(received)).toEqual([400]);
    expect(received).toContain('<Code>EntityTooLarge</Code>');
  });
});

it('a part whose length is wrong is not kept', async () => {
  const Key = 'wrong-part';
  const { UploadId = '' } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const target = `/${Bucket}/${Key}?partNumber=1&uploadId=${UploadId}`;
  const { headers, body } = awsChunked({
    target,
    host: new URL(s3.endpoint).host,
    data: bytes(100),
    now: s3.clock.now(),
    signed: true,
    decodedLength: 99,
  });
  await responseOf(fetch(`${s3.endpoint}${target}`, { method: 'PUT', headers, body }));
  const parts = await s3.client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  expect(parts.Parts).toBeUndefined();
  expect(await refusal(s3.client.send(new GetObjectCommand({ Bucket, Key })))).toMatchObject({
    code: 'NoSuchKey',
  });
});
