import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { startChecksum } from '../../src/s3/checksum/algorithms.ts';
import {
  type Ending,
  exchange,
  type RawRequest,
  requestBytes,
  statusesOf,
} from '../raw-connection.ts';
import { until } from '../waiting.ts';
import { blobCount, type Harness, startS3 } from './harness.ts';

const Bucket = 'open-to-everybody';
const internalErrors: unknown[] = [];
let s3: Harness;
let uploadId: string;
beforeAll(async () => {
  s3 = await startS3({ onError: (error) => void internalErrors.push(error) });
  // Without signatures, so that the bytes of a request do not depend on the time.
  await s3.client.send(new CreateBucketCommand({ Bucket, ACL: 'public-read-write' }));
  const upload = new CreateMultipartUploadCommand({ Bucket, Key: 'parts' });
  uploadId = (await s3.client.send(upload)).UploadId ?? '';
});
afterAll(() => s3.stop());

/** The engine works, has had no internal error, and has no file of a failed request. */
async function expectHealthy(): Promise<void> {
  await until(async () => (await blobCount(s3.dataDir)) === 0);
  const { KeyCount } = await s3.client.send(new ListObjectsV2Command({ Bucket }));
  expect(KeyCount).toBe(0);
  expect(internalErrors).toEqual([]);
}

const BOUNDARY = 'the-boundary';
const field = (name: string, value: string) =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (content: string, name = 'file') =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n${content}\r\n`;
const END = `--${BOUNDARY}--\r\n`;
const form = (
  body: string,
  contentType = `multipart/form-data; boundary=${BOUNDARY}`,
): RawRequest => ({
  method: 'POST',
  path: `/${Bucket}`,
  headers: { 'content-type': contentType },
  body,
});

function crc32(data: string): string {
  const sum = startChecksum('CRC32');
  sum.update(Buffer.from(data));
  return sum.digest();
}

const DATA = 'some data '.repeat(20);
const DELETION = '<Delete><Object><Key>a</Key></Object></Delete>';
/** A complete request for each way of sending a body. */
const REQUESTS: Readonly<Record<string, () => RawRequest>> = {
  'a PutObject': () => ({ method: 'PUT', path: `/${Bucket}/cut`, body: DATA }),
  'a PutObject in chunks': () => ({
    method: 'PUT',
    path: `/${Bucket}/cut`,
    headers: { 'transfer-encoding': 'chunked' },
    body: `64\r\n${DATA.slice(0, 100)}\r\n64\r\n${DATA.slice(100)}\r\n0\r\n\r\n`,
  }),
  'a PutObject in aws-chunked with a trailer': () => ({
    method: 'PUT',
    path: `/${Bucket}/cut`,
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(DATA.length),
      'x-amz-trailer': 'x-amz-checksum-crc32',
    },
    body: `64\r\n${DATA.slice(0, 100)}\r\n64\r\n${DATA.slice(100)}\r\n0\r\nx-amz-checksum-crc32:${crc32(DATA)}\r\n\r\n`,
  }),
  'an UploadPart': () => ({
    method: 'PUT',
    path: `/${Bucket}/parts?partNumber=1&uploadId=${uploadId}`,
    body: DATA,
  }),
  'a CompleteMultipartUpload': () => ({
    method: 'POST',
    path: `/${Bucket}/parts?uploadId=${uploadId}`,
    body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part></CompleteMultipartUpload>`,
  }),
  'a DeleteObjects': () => ({
    method: 'POST',
    path: `/${Bucket}?delete`,
    headers: { 'content-md5': createHash('md5').update(DELETION).digest('base64') },
    body: DELETION,
  }),
  'a form': () => form(field('key', 'cut') + file('a field', 'x-ignore-me') + file(DATA) + END),
};

describe.each(Object.keys(REQUESTS))('%s', (name) => {
  const whole = () => requestBytes(REQUESTS[name]?.() ?? { method: 'GET', path: '/' });

  it.each<Ending>(['half-closes', 'destroys'])(
    'whose client %s the connection anywhere leaves the engine as it was',
    async (ending) => {
      const bytes = whole();
      const cuts = Array.from({ length: bytes.length }, (_, at) => at).filter(
        (at) => at % 7 === 1 || at > bytes.length - 4,
      );
      for (const cut of cuts) {
        const received = await exchange(s3.endpoint, bytes.subarray(0, cut), ending);
        // Node responds to an incomplete request with 400.
        for (const status of statusesOf(received))
          expect({ cut, status }).toEqual({ cut, status: 400 });
      }
      await expectHealthy();
    },
  );
});

describe('A form is refused, and the connection stays usable:', () => {
  const manyFields = (count: number) =>
    Array.from({ length: count }, (_, at) => field(`x-ignore-${at}`, 'v')).join('');
  const named = (disposition: string) =>
    `--${BOUNDARY}\r\ncontent-disposition: ${disposition}\r\n\r\nvalue\r\n`;
  it.each<[string, RawRequest, string]>([
    ['without a file', form(field('a', '1') + END), 'InvalidArgument'],
    ['without any part', form(END), 'InvalidArgument'],
    ['without a body', form(''), 'MalformedPOSTRequest'],
    ['without its last boundary', form(field('key', 'a') + file('x')), 'MalformedPOSTRequest'],
    [
      'that ends in a field',
      form(`${field('key', 'a')}${field('b', 'c').slice(0, -4)}`),
      'MalformedPOSTRequest',
    ],
    [
      'that ends in a part header',
      form(`${field('key', 'a')}--${BOUNDARY}\r\ncontent-disp`),
      'MalformedPOSTRequest',
    ],
    [
      'with a malformed part header',
      form(`--${BOUNDARY}\r\nno colon\r\n\r\nx\r\n${END}`),
      'MalformedPOSTRequest',
    ],
    [
      'with parts that have no name',
      form(named('form-data') + named('form-data; filename="a"') + END),
      'InvalidArgument',
    ],
    ['with parts of another kind', form(named('attachment; name="file"') + END), 'InvalidArgument'],
    ['with another boundary', form(`--other\r\n\r\nx\r\n--other--\r\n`), 'MalformedPOSTRequest'],
    ['without a boundary', form('x', 'multipart/form-data'), 'MalformedPOSTRequest'],
    [
      'in URL encoding',
      form('key=a&file=b', 'application/x-www-form-urlencoded'),
      'MalformedPOSTRequest',
    ],
    [
      'with too many fields',
      form(manyFields(1001) + file('x') + END),
      'MaxPostPreDataLengthExceededError',
    ],
    [
      'with fields of more than 20 KiB',
      form(field('key', 'a'.repeat(20 * 1024)) + file('x') + END),
      'MaxPostPreDataLengthExceededError',
    ],
    [
      'with fields of more than 20 KiB that have file names',
      form(file('a'.repeat(20 * 1024), 'key') + file('x') + END),
      'MaxPostPreDataLengthExceededError',
    ],
    [
      'with a policy of more than 1 MiB',
      form(field('policy', 'a'.repeat(1024 ** 2 + 1)) + file('x') + END),
      'MaxPostPreDataLengthExceededError',
    ],
    [
      'with a policy of more than 1 MiB that has a file name',
      form(file('a'.repeat(1024 ** 2 + 1), 'policy') + file('x') + END),
      'MaxPostPreDataLengthExceededError',
    ],
    [
      'with too long a field before 8 MiB of file',
      form(field('key', 'a'.repeat(30_000)) + file('x'.repeat(8 * 1024 ** 2)) + END),
      'MaxPostPreDataLengthExceededError',
    ],
    [
      'without a key, before 8 MiB of file',
      form(file('x'.repeat(8 * 1024 ** 2)) + END),
      'InvalidArgument',
    ],
  ])('%s', async (_, request, code) => {
    const next = requestBytes({
      method: 'GET',
      path: `/${Bucket}?location`,
      headers: { connection: 'close' },
    });
    const bytes = Buffer.concat([requestBytes(request), next]);
    const received = await exchange(s3.endpoint, bytes, 'waits');
    expect(/<Code>(.*?)<\/Code>/.exec(received)?.[1]).toBe(code);
    // The second request was read; it has no signature.
    expect(statusesOf(received)).toEqual([400, 403]);
    await expectHealthy();
  });
});

describe('A body that breaks its own form is refused:', () => {
  it.each<[string, Partial<RawRequest>]>([
    ['chunks without a size', { headers: { 'transfer-encoding': 'chunked' }, body: 'zz\r\nabc' }],
    [
      'a chunk longer than its size',
      { headers: { 'transfer-encoding': 'chunked' }, body: '1\r\nabc\r\n0\r\n\r\n' },
    ],
    [
      'two lengths',
      { headers: { 'content-length': '3', 'transfer-encoding': 'chunked' }, body: 'abc' },
    ],
    ['a length that is no number', { headers: { 'content-length': 'three' }, body: 'abc' }],
  ])('%s', async (_, parts) => {
    const bytes = requestBytes({ method: 'PUT', path: `/${Bucket}/broken`, ...parts });
    expect(statusesOf(await exchange(s3.endpoint, bytes, 'waits'))).toEqual([400]);
    await expectHealthy();
  });
});
