import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createFaults } from '../../src/faults/faults.ts';
import type { FaultRuleInput } from '../../src/faults/rule.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { bytes, newBucket, startS3 } from '../s3/harness.ts';

async function faultyS3(
  operation: string,
  kind: 'error_with_status_200' | 'truncated_response' = 'error_with_status_200',
) {
  const rule: FaultRuleInput = { service: 's3', operation, kind };
  const faults = createFaults({ clock: systemClock, rules: [rule], onError: () => undefined });
  const { client, endpoint, stop } = await startS3({ around: faults.interception.s3Call });
  return { client, endpoint, faults, stop, Bucket: await newBucket(client) };
}

it('CompleteMultipartUpload that fails with status 200 creates no object, and the SDK retries it', async () => {
  const { client, endpoint, faults, stop, Bucket } = await faultyS3('CompleteMultipartUpload');
  const object = { Bucket, Key: 'film' };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const part = { ...object, UploadId, PartNumber: 1 };
  const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: 'bytes' }));
  const complete = new CompleteMultipartUploadCommand({
    ...object,
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  await expect(client.send(complete)).rejects.toMatchObject({ name: 'InternalError' });
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  faults.remove();
  faults.add([
    { service: 's3', operation: 'CompleteMultipartUpload', kind: 'error_with_status_200' },
  ]);
  const credentials = { accessKeyId: 'main', secretAccessKey: 'main-secret' };
  const retrying = new S3Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 3 });
  await expect(retrying.send(complete)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  await stop();
});

it('DeleteObjects that fails with status 200 lists each key that was not deleted', async () => {
  const { client, stop, Bucket } = await faultyS3('DeleteObjects');
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'bytes' }));
  const remove = new DeleteObjectsCommand({
    Bucket,
    Delete: { Objects: [{ Key: 'a' }, { Key: 'b & c' }] },
  });
  const { Deleted, Errors } = await client.send(remove);
  expect(Deleted).toBeUndefined();
  expect(Errors).toMatchObject([
    { Key: 'a', Code: 'InternalError' },
    { Key: 'b & c', Code: 'InternalError' },
  ]);
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  expect((await client.send(remove)).Errors).toBeUndefined();
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  await stop();
});

it.each([
  ['a small object', 1_000],
  ['a large object', 3_000_000],
])('the download of %s ends half-way with an error', async (_, size) => {
  const { client, faults, stop, Bucket } = await faultyS3('GetObject', 'truncated_response');
  const Body = bytes(size);
  await client.send(new PutObjectCommand({ Bucket, Key: 'film', Body }));
  const { Body: half } = await client.send(new GetObjectCommand({ Bucket, Key: 'film' }));
  let received = 0;
  const reading = async () => {
    for await (const chunk of half as AsyncIterable<Buffer>) received += chunk.length;
  };
  await expect(reading()).rejects.toThrow('aborted');
  expect(received).toBeGreaterThan(0);
  // The operating system may drop buffered bytes when the connection closes.
  expect(received).toBeLessThanOrEqual(size / 2);
  expect(faults.rules()).toMatchObject([{ applied: 1 }]);
  const whole = await client.send(new GetObjectCommand({ Bucket, Key: 'film' }));
  expect(await whole.Body?.transformToByteArray()).toHaveLength(size);
  await stop();
});
