import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Store } from '../../src/s3/store/store.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { MIB, newBucket, startS3 } from './harness.ts';

const CRC_OF_NOTHING = 'AAAAAAAAAAA=';
const ETAG = 'd41d8cd98f00b204e9800998ecf8427e';

/** An upload whose parts are only rows without files: a completion that read or copied one would fail. */
async function uploadOf(dataDir: string, bucket: string, parts: number, size: number) {
  const store = await Store.open({
    dataDir,
    clock: systemClock,
    emit: () => undefined,
    newId: randomUUID,
  });
  const uploadId = randomUUID();
  store.change(() => {
    store.uploads.add({
      uploadId,
      bucket,
      key: 'large',
      initiatedAt: 0,
      owner: '000000000000',
      record: {
        headers: {},
        metadata: {},
        tags: [],
        acl: 'private',
        algorithm: 'CRC64NVME',
        type: 'FULL_OBJECT',
        chosen: false,
      },
    });
    for (let partNumber = 1; partNumber <= parts; partNumber++) {
      const blob = randomUUID().replaceAll('-', '');
      store.uploads.putPart(uploadId, {
        partNumber,
        blob,
        size,
        etag: ETAG,
        checksum: CRC_OF_NOTHING,
        modifiedAt: 0,
      });
    }
  });
  store.close();
  return uploadId;
}

it.each([
  ['5 GiB in 640 parts', 640, 8 * MIB],
  ['488 GiB in 10,000 parts', 10_000, 50 * MIB],
])('%s is completed without reading a byte', async (_, parts, size) => {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-completion-'));
  const first = await startS3({ dataDir });
  const Bucket = await newBucket(first.client);
  await first.stop();
  const s3 = await startS3({ dataDir });
  const UploadId = await uploadOf(dataDir, Bucket, parts, size);
  const Parts = Array.from({ length: parts }, (_each, index) => ({
    PartNumber: index + 1,
    ETag: ETAG,
  }));
  const target = { Bucket, Key: 'large' };
  await s3.client.send(
    new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
  );
  const { ObjectSize } = await s3.client.send(
    new GetObjectAttributesCommand({ ...target, ObjectAttributes: ['ObjectSize'] }),
  );
  expect(ObjectSize).toBe(parts * size);
  await s3.stop();
  await rm(dataDir, { recursive: true });
});

describe('the checksum of the object in a completion', () => {
  const WRONG = 'AAAAAAAAAAQ=';

  async function completed(ignoresUnnamedChecksums: boolean, named: boolean) {
    const { client, stop } = await startS3({ ignoresUnnamedChecksums });
    const Bucket = await newBucket(client);
    const target = { Bucket, Key: 'k' };
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        ...target,
        ...(named && { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' }),
      }),
    );
    const algorithm = named ? { ChecksumAlgorithm: 'CRC64NVME' as const } : {};
    const part = { ...target, UploadId, PartNumber: 1, Body: 'some bytes', ...algorithm };
    const { ETag } = await client.send(new UploadPartCommand(part));
    const completion = new CompleteMultipartUploadCommand({
      ...target,
      UploadId,
      ChecksumCRC64NVME: WRONG,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    try {
      return await client.send(completion);
    } finally {
      await stop();
    }
  }

  it('is compared by default', async () => {
    await expect(completed(false, false)).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it('can be ignored where the upload was created without an algorithm: the response has the real one', async () => {
    const response = await completed(true, false);
    expect(response).toMatchObject({
      ChecksumCRC64NVME: expect.stringMatching(/^[\w+/]{11}=$/),
      ChecksumType: 'FULL_OBJECT',
    });
    expect(response.ChecksumCRC64NVME).not.toBe(WRONG);
  });

  it('is compared in any case where the upload was created with an algorithm', async () => {
    await expect(completed(true, true)).rejects.toMatchObject({ name: 'BadDigest' });
  });
});
