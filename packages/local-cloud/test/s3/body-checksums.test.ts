import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumHeader,
  startChecksum,
} from '../../src/s3/checksum/algorithms.ts';
import { awsChunked } from './aws-chunked-body.ts';
import { bytes, type Harness, refusal, responseOf, startS3 } from './harness.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const Bucket = 'checksums';
const DATA = bytes(30_000, 5);
let s3: Harness;
beforeAll(async () => {
  s3 = await startS3();
  await s3.client.send(new CreateBucketCommand({ Bucket, ACL: 'public-read-write' }));
});
afterAll(() => s3.stop());

function checksum(algorithm: ChecksumAlgorithm, data: Uint8Array = DATA): string {
  const sum = startChecksum(algorithm);
  sum.update(data);
  return sum.digest();
}
const md5 = (data: Uint8Array | string) => createHash('md5').update(data).digest('base64');
const send = (method: string, target: string, headers: Record<string, string>, body: Uint8Array) =>
  responseOf(fetch(`${s3.endpoint}${target}`, { method, headers, body: new Uint8Array(body) }));

let keys = 0;
async function newUpload(more: object = {}) {
  const Key = `upload-${++keys}`;
  const { UploadId = '' } = await s3.client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ...more }),
  );
  return { Bucket, Key, UploadId };
}
const partTarget = ({ Key, UploadId }: { Key: string; UploadId: string }) =>
  `/${Bucket}/${Key}?partNumber=1&uploadId=${UploadId}`;

/** Each place in which a checksum of DATA can be given. */
const PLACES = {
  'a header of PutObject': (algorithm, value) =>
    send('PUT', `/${Bucket}/object`, { [checksumHeader(algorithm)]: value }, DATA),
  'a trailer of PutObject': (algorithm, value) => {
    const target = `/${Bucket}/object`;
    const trailer = [checksumHeader(algorithm), value] as const;
    const { headers, body } = awsChunked({ target, host: '', data: DATA, now: 0, trailer });
    return send('PUT', target, headers, body);
  },
  'a header of UploadPart': async (algorithm, value) =>
    send('PUT', partTarget(await newUpload()), { [checksumHeader(algorithm)]: value }, DATA),
  'a trailer of UploadPart': async (algorithm, value) => {
    const target = partTarget(await newUpload());
    const trailer = [checksumHeader(algorithm), value] as const;
    const { headers, body } = awsChunked({ target, host: '', data: DATA, now: 0, trailer });
    return send('PUT', target, headers, body);
  },
  'a field of a form': (algorithm, value) => {
    const body = new FormData();
    body.append('key', 'form');
    body.append(checksumHeader(algorithm), value);
    body.append('file', new File([new Uint8Array(DATA)], 'a'));
    return responseOf(fetch(`${s3.endpoint}/${Bucket}`, { method: 'POST', body }));
  },
} satisfies Record<
  string,
  (algorithm: ChecksumAlgorithm, value: string) => ReturnType<typeof responseOf>
>;
type Place = keyof typeof PLACES;

const rows = (Object.keys(PLACES) as Place[]).flatMap((place) =>
  CHECKSUM_ALGORITHMS.map((algorithm) => [place, algorithm] as const),
);

describe('A checksum', () => {
  it.each(rows)('in %s by %s must be that of the bytes', async (place, algorithm) => {
    const right = await PLACES[place](algorithm, checksum(algorithm));
    expect(right.code).toBeUndefined();
    expect(right.status).toBeLessThan(300);
    const wrong = await PLACES[place](algorithm, checksum(algorithm, DATA.subarray(1)));
    expect(wrong).toMatchObject({ status: 400, code: 'BadDigest' });
  });

  it.each(CHECKSUM_ALGORITHMS)('by %s comes back with the object', async (algorithm) => {
    const put = await PLACES['a header of PutObject'](algorithm, checksum(algorithm));
    expect(put.headers.get(checksumHeader(algorithm))).toBe(checksum(algorithm));
    const head = new HeadObjectCommand({ Bucket, Key: 'object', ChecksumMode: 'ENABLED' });
    expect(await s3.client.send(head)).toMatchObject({
      [`Checksum${algorithm}`]: checksum(algorithm),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('is that of CRC64NVME where none is given', async () => {
    const { headers } = await send('PUT', `/${Bucket}/object`, {}, DATA);
    expect(headers.get('x-amz-checksum-crc64nvme')).toBe(checksum('CRC64NVME'));
  });

  it.each<[string, Record<string, string>, number, string]>([
    [
      'two checksums',
      { 'x-amz-checksum-crc32': checksum('CRC32'), 'x-amz-checksum-sha1': checksum('SHA1') },
      400,
      'InvalidRequest',
    ],
    [
      'a checksum and a trailer',
      { 'x-amz-checksum-crc32': checksum('CRC32'), 'x-amz-trailer': 'x-amz-checksum-crc32' },
      400,
      'InvalidRequest',
    ],
    [
      'an algorithm without a checksum',
      { 'x-amz-sdk-checksum-algorithm': 'CRC32' },
      400,
      'InvalidRequest',
    ],
    [
      'a trailer by an unknown algorithm',
      { 'x-amz-trailer': 'x-amz-checksum-md4' },
      501,
      'NotImplemented',
    ],
    ['another MD5', { 'content-md5': md5('other') }, 400, 'BadDigest'],
    ['an MD5 that is none', { 'content-md5': 'bm9uZQ==' }, 400, 'InvalidDigest'],
    ['an MD5 that is not Base64', { 'content-md5': '*'.repeat(24) }, 400, 'InvalidDigest'],
  ])('is refused as %s', async (_, headers, status, code) => {
    expect(await send('PUT', `/${Bucket}/object`, headers, DATA)).toMatchObject({ status, code });
    const target = partTarget(await newUpload());
    expect(await send('PUT', target, headers, DATA)).toMatchObject({ status, code });
  });

  it('that was announced as a trailer must come', async () => {
    const target = `/${Bucket}/object`;
    const trailer = ['x-amz-checksum-crc32', checksum('CRC32')] as const;
    const { headers, body } = awsChunked({ target, host: '', data: DATA, now: 0, trailer });
    const withoutTrailer = body.subarray(0, body.indexOf('x-amz-checksum'));
    expect(
      await send('PUT', target, headers, Buffer.concat([withoutTrailer, Buffer.from('\r\n')])),
    ).toMatchObject({ status: 400, code: 'InvalidRequest' });
    const other = { ...headers, 'x-amz-trailer': 'x-amz-checksum-sha1' };
    expect(await send('PUT', target, other, body)).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
  });
});

describe('The checksum of the list in DeleteObjects', () => {
  const LIST = Buffer.from('<Delete><Object><Key>nothing</Key></Object></Delete>');
  const remove = (headers: Record<string, string>) =>
    send('POST', `/${Bucket}?delete`, headers, LIST);

  it.each(CHECKSUM_ALGORITHMS)('by %s must be that of the list', async (algorithm) => {
    const header = checksumHeader(algorithm);
    expect((await remove({ [header]: checksum(algorithm, LIST) })).status).toBe(200);
    expect(await remove({ [header]: checksum(algorithm) })).toMatchObject({ code: 'BadDigest' });
  });

  it('may be an MD5, and is required', async () => {
    expect((await remove({ 'content-md5': md5(LIST) })).status).toBe(200);
    expect(await remove({ 'content-md5': md5('other') })).toMatchObject({ code: 'BadDigest' });
    expect(await remove({})).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });
});

describe('The checksum of an upload', () => {
  const COMPOSITE = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const;
  const FULL = ['CRC32', 'CRC32C', 'CRC64NVME'] as const;
  const kinds = [
    ...COMPOSITE.map((algorithm) => [algorithm, 'COMPOSITE'] as const),
    ...FULL.map((algorithm) => [algorithm, 'FULL_OBJECT'] as const),
  ];

  async function uploadOfOnePart(algorithm: ChecksumAlgorithm, type: 'COMPOSITE' | 'FULL_OBJECT') {
    const target = await newUpload({ ChecksumAlgorithm: algorithm, ChecksumType: type });
    const { ETag } = await s3.client.send(
      new UploadPartCommand({
        ...target,
        PartNumber: 1,
        Body: DATA,
        [`Checksum${algorithm}`]: checksum(algorithm),
      }),
    );
    const complete = (part: string | undefined, whole?: string) =>
      s3.client.send(
        new CompleteMultipartUploadCommand({
          ...target,
          ChecksumType: type,
          ...(whole === undefined ? {} : { [`Checksum${algorithm}`]: whole }),
          MultipartUpload: {
            Parts: [
              {
                PartNumber: 1,
                ETag,
                ...(part === undefined ? {} : { [`Checksum${algorithm}`]: part }),
              },
            ],
          },
        }),
      );
    return { target, complete };
  }

  it.each(kinds)(
    'by %s, %s, is compared for the part and for the whole',
    async (algorithm, type) => {
      const { complete } = await uploadOfOnePart(algorithm, type);
      const right = checksum(algorithm);
      const wrong = checksum(algorithm, DATA.subarray(1));
      const whole =
        type === 'FULL_OBJECT' ? right : `${checksum(algorithm, Buffer.from(right, 'base64'))}-1`;
      expect(await refusal(complete(wrong))).toMatchObject({ code: 'InvalidPart', status: 400 });
      expect(await refusal(complete(right, wrong))).toMatchObject({
        code: 'BadDigest',
        status: 400,
      });
      if (type === 'COMPOSITE')
        expect(await refusal(complete(undefined))).toMatchObject({ code: 'InvalidRequest' });
      expect(await complete(right, whole)).toMatchObject({
        [`Checksum${algorithm}`]: whole,
        ChecksumType: type,
      });
    },
  );

  it.each(kinds)('by %s, %s, excludes parts by another algorithm', async (algorithm, type) => {
    const { target } = await uploadOfOnePart(algorithm, type);
    const other = algorithm === 'CRC32' ? 'SHA1' : 'CRC32';
    const part = { ...target, PartNumber: 2, Body: DATA, [`Checksum${other}`]: checksum(other) };
    expect(await refusal(s3.client.send(new UploadPartCommand(part)))).toMatchObject({
      code: 'InvalidRequest',
    });
    const { Parts = [] } = await s3.client.send(new ListPartsCommand(target));
    expect(Parts.map(({ PartNumber }) => PartNumber)).toEqual([1]);
  });
});
