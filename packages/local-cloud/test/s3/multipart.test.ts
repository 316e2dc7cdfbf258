import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { startChecksum } from '../../src/s3/checksum/algorithms.ts';
import { until } from '../waiting.ts';
import { blobCount, bytes, type Harness, MIB, newBucket, refusal, startS3 } from './harness.ts';

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
  Bucket = await newBucket(s3.client);
});
afterAll(() => s3.stop());

let keys = 0;
const PARTS = [bytes(5 * MIB, 1), bytes(5 * MIB, 2), bytes(1000, 3)];

async function begin(more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const Key = `upload-${++keys}`;
  const { UploadId } = await s3.client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ...more }),
  );
  return { Bucket, Key, UploadId };
}
type Target = Awaited<ReturnType<typeof begin>>;

async function send(target: Target, parts: readonly Buffer[] = PARTS, more: object = {}) {
  const sent = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag, ChecksumSHA256, ChecksumCRC32C } = await s3.client.send(
      new UploadPartCommand({ ...target, PartNumber, Body, ...more }),
    );
    sent.push({ PartNumber, ETag, ChecksumSHA256, ChecksumCRC32C });
  }
  return sent;
}
const complete = (target: Target, Parts: Awaited<ReturnType<typeof send>>, more: object = {}) =>
  s3.client.send(
    new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...more }),
  );
const crc64 = (data: Buffer) => {
  const sum = startChecksum('CRC64NVME');
  sum.update(data);
  return sum.digest();
};
const blobs = () => blobCount(s3.dataDir);

describe('A completed upload', () => {
  it('is one object with the ETag of its parts and the CRC64NVME of the whole', async () => {
    const target = await begin({ ContentType: 'video/mp4', Metadata: { a: 'b' } });
    const response = await complete(target, await send(target));
    const digests = PARTS.map((part) => createHash('md5').update(part).digest());
    const whole = Buffer.concat(PARTS);
    expect(response).toMatchObject({
      ETag: `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-3"`,
      ChecksumCRC64NVME: crc64(whole),
      ChecksumType: 'FULL_OBJECT',
      Location: `${s3.endpoint}/${Bucket}/${target.Key}`,
    });
    const object = await s3.client.send(new GetObjectCommand({ Bucket, Key: target.Key }));
    expect(object).toMatchObject({ ContentType: 'video/mp4', Metadata: { a: 'b' } });
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(whole)).toBe(true);
  });

  it('can be read as a whole, by range and by part', async () => {
    const target = await begin();
    await complete(target, await send(target));
    const get = async (more: object) => {
      const { Body, ...rest } = await s3.client.send(
        new GetObjectCommand({ Bucket, Key: target.Key, ...more }),
      );
      return { ...rest, data: Buffer.from((await Body?.transformToByteArray()) ?? []) };
    };
    const across = await get({ Range: `bytes=${5 * MIB - 10}-${10 * MIB + 9}` });
    expect(across.data.equals(Buffer.concat(PARTS).subarray(5 * MIB - 10, 10 * MIB + 10))).toBe(
      true,
    );
    const second = await get({ PartNumber: 2 });
    expect(second.PartsCount).toBe(3);
    expect(second.data.equals(PARTS[1] ?? Buffer.alloc(0))).toBe(true);
    expect(await refusal(get({ PartNumber: 4 }))).toMatchObject({ code: 'InvalidPart' });
  });

  it('can be requested again by a client that lost the response', async () => {
    const target = await begin();
    const parts = await send(target);
    const first = await complete(target, parts);
    expect(await complete(target, parts)).toMatchObject({
      ETag: first.ETag,
      ChecksumCRC64NVME: first.ChecksumCRC64NVME,
    });
    expect(await refusal(complete(target, parts.slice(0, 1)))).toMatchObject({
      code: 'NoSuchUpload',
    });
    expect(await refusal(send(target))).toMatchObject({ code: 'NoSuchUpload', status: 404 });
  });

  it('uses the last part of each number, and only the listed ones', async () => {
    const before = await blobs();
    const target = await begin();
    await send(target, [bytes(5 * MIB, 9), bytes(5 * MIB, 8), bytes(10, 7)]);
    const [first] = await send(target, [PARTS[0] ?? Buffer.alloc(0)]);
    await complete(target, first ? [first] : []);
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: target.Key }));
    expect(head.ContentLength).toBe(5 * MIB);
    // The bytes of other parts are removed.
    await until(async () => (await blobs()) === before + 1);
  });

  it('lists its parts in pages', async () => {
    const target = await begin();
    await complete(target, await send(target));
    const page = await s3.client.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: target.Key,
        ObjectAttributes: ['ObjectParts'],
        MaxParts: 1,
        PartNumberMarker: '1',
      }),
    );
    expect(page.ObjectParts).toMatchObject({
      TotalPartsCount: 3,
      IsTruncated: true,
      PartNumberMarker: '1',
      NextPartNumberMarker: '2',
      MaxParts: 1,
      Parts: [{ PartNumber: 2, Size: 5 * MIB }],
    });
  });
});

describe('A completion is refused', () => {
  it('with a part that is too small, unless it is the last one', async () => {
    const target = await begin();
    const parts = await send(target, [bytes(100), bytes(100)]);
    expect(await refusal(complete(target, parts))).toMatchObject({
      code: 'EntityTooSmall',
      status: 400,
    });
  });

  it('with parts out of order, unknown parts, other ETags or none at all', async () => {
    const target = await begin();
    const parts = await send(target);
    const code = async (wanted: typeof parts) => (await refusal(complete(target, wanted))).code;
    expect(await code([...parts].reverse())).toBe('InvalidPartOrder');
    expect(await code(parts.slice(0, 1).map((part) => ({ ...part, PartNumber: 9 })))).toBe(
      'InvalidPart',
    );
    expect(await code(parts.map((part) => ({ ...part, ETag: '"other"' })))).toBe('InvalidPart');
    expect(await code([])).toBe('MalformedXML');
    await complete(target, parts);
  });

  it('with another size or checksum than expected, and the upload remains', async () => {
    const target = await begin();
    const parts = await send(target);
    const size = 10 * MIB + 1000;
    expect(await refusal(complete(target, parts, { MpuObjectSize: size + 1 }))).toMatchObject({
      code: 'InvalidRequest',
      status: 400,
    });
    expect(
      await refusal(
        complete(target, parts, {
          ChecksumCRC64NVME: crc64(bytes(8)),
          ChecksumType: 'FULL_OBJECT',
        }),
      ),
    ).toMatchObject({ code: 'BadDigest' });
    await complete(target, parts, {
      MpuObjectSize: size,
      ChecksumCRC64NVME: crc64(Buffer.concat(PARTS)),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('with If-None-Match: * if the key exists', async () => {
    const target = await begin();
    const parts = await send(target);
    await s3.client.send(new PutObjectCommand({ Bucket, Key: target.Key, Body: 'first' }));
    expect(await refusal(complete(target, parts, { IfNoneMatch: '*' }))).toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
    });
    const object = await s3.client.send(new GetObjectCommand({ Bucket, Key: target.Key }));
    expect(await object.Body?.transformToString()).toBe('first');
  });
});

describe('Checksums of an upload', () => {
  it('SHA-256 is composite and required for each part', async () => {
    const target = await begin({ ChecksumAlgorithm: 'SHA256' });
    const parts = await send(target, PARTS, { ChecksumAlgorithm: 'SHA256' });
    const bare = parts.map(({ PartNumber, ETag }) => ({
      PartNumber,
      ETag,
      ChecksumSHA256: undefined,
      ChecksumCRC32C: undefined,
    }));
    expect(await refusal(complete(target, bare))).toMatchObject({ code: 'InvalidRequest' });
    const digests = PARTS.map((part) => createHash('sha256').update(part).digest());
    const composite = createHash('sha256').update(Buffer.concat(digests)).digest('base64');
    expect(await complete(target, parts)).toMatchObject({
      ChecksumSHA256: `${composite}-3`,
      ChecksumType: 'COMPOSITE',
    });
  });

  it('CRC32C of the object is derived from the parts, and parts with another algorithm are refused', async () => {
    const target = await begin({ ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' });
    expect(await refusal(send(target, PARTS, { ChecksumAlgorithm: 'SHA256' }))).toMatchObject({
      code: 'InvalidRequest',
    });
    const sum = startChecksum('CRC32C');
    sum.update(Buffer.concat(PARTS));
    const response = await complete(
      target,
      await send(target, PARTS, { ChecksumAlgorithm: 'CRC32C' }),
    );
    expect(response).toMatchObject({ ChecksumCRC32C: sum.digest(), ChecksumType: 'FULL_OBJECT' });
  });

  it('are refused in combinations that S3 does not support', async () => {
    expect(
      await refusal(begin({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' })),
    ).toMatchObject({ code: 'InvalidRequest' });
    expect(
      await refusal(begin({ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' })),
    ).toMatchObject({ code: 'InvalidRequest' });
  });

  it('a part with a wrong checksum or MD5 is not stored', async () => {
    const target = await begin();
    const part = (more: object) =>
      s3.client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: 'abc', ...more }));
    expect(await refusal(part({ ChecksumCRC32: 'AAAAAA==' }))).toMatchObject({
      code: 'BadDigest',
      status: 400,
    });
    expect(
      await refusal(part({ ContentMD5: createHash('md5').update('other').digest('base64') })),
    ).toMatchObject({ code: 'BadDigest' });
    expect(await refusal(part({ ContentMD5: 'nonsense' }))).toMatchObject({
      code: 'InvalidDigest',
    });
    expect((await s3.client.send(new ListPartsCommand(target))).Parts).toBeUndefined();
  });
});

describe('An unfinished upload', () => {
  it('lists its parts in pages', async () => {
    const target = await begin();
    await send(target, [bytes(10), bytes(20), bytes(30)]);
    const first = await s3.client.send(new ListPartsCommand({ ...target, MaxParts: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 10],
      [2, 20],
    ]);
    const second = await s3.client.send(
      new ListPartsCommand({ ...target, PartNumberMarker: first.NextPartNumberMarker }),
    );
    expect(second.IsTruncated).toBe(false);
    expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
  });

  it('is no object, is listed, and can be aborted without a trace on the disk', async () => {
    const before = await blobs();
    const target = await begin();
    await send(target, [bytes(10)]);
    expect(
      await refusal(s3.client.send(new HeadObjectCommand({ Bucket, Key: target.Key }))),
    ).toMatchObject({ status: 404 });
    const list = () =>
      s3.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: target.Key }));
    expect((await list()).Uploads).toMatchObject([{ Key: target.Key, UploadId: target.UploadId }]);
    await s3.client.send(new AbortMultipartUploadCommand(target));
    expect((await list()).Uploads).toBeUndefined();
    await until(async () => (await blobs()) === before);
    expect(await refusal(s3.client.send(new AbortMultipartUploadCommand(target)))).toMatchObject({
      code: 'NoSuchUpload',
      status: 404,
    });
  });

  it('is not found with another key', async () => {
    const target = await begin();
    expect(await refusal(send({ ...target, Key: 'foreign' }))).toMatchObject({
      code: 'NoSuchUpload',
    });
  });

  it.each([0, 10_001])('has no part %i', async (PartNumber) => {
    const target = await begin();
    const part = s3.client.send(new UploadPartCommand({ ...target, PartNumber, Body: 'a' }));
    expect(await refusal(part)).toMatchObject({ code: 'InvalidArgument', status: 400 });
  });
});
