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
  kind: 'error_in_answer' | 'truncated_answer' = 'error_in_answer',
) {
  const rule: FaultRuleInput = { service: 's3', operation, kind };
  const faults = createFaults({ clock: systemClock, rules: [rule], onFault: () => undefined });
  const { client, endpoint, stop } = await startS3({ around: faults.aroundS3 });
  return { client, endpoint, faults, stop, Bucket: await newBucket(client) };
}

it('A completion that fails after its 200 has put nothing together, and the SDK tries again', async () => {
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
  faults.add([{ service: 's3', operation: 'CompleteMultipartUpload', kind: 'error_in_answer' }]);
  const credentials = { accessKeyId: 'main', secretAccessKey: 'main-secret' };
  const patient = new S3Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 3 });
  await expect(patient.send(complete)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  await stop();
});

it('A deletion of many names each key that it has not deleted', async () => {
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
  ['a large one', 3_000_000],
])('%s breaks off half-way, and nobody can take it for whole', async (_, size) => {
  const { client, faults, stop, Bucket } = await faultyS3('GetObject', 'truncated_answer');
  const Body = bytes(size);
  await client.send(new PutObjectCommand({ Bucket, Key: 'film', Body }));
  const { Body: half } = await client.send(new GetObjectCommand({ Bucket, Key: 'film' }));
  let received = 0;
  const reading = async () => {
    for await (const chunk of half as AsyncIterable<Buffer>) received += chunk.length;
  };
  await expect(reading()).rejects.toThrow('aborted');
  expect(received).toBeGreaterThan(0);
  // What the system still held when the connection was closed may be lost too.
  expect(received).toBeLessThanOrEqual(size / 2);
  expect(faults.rules()).toMatchObject([{ applied: 1 }]);
  const whole = await client.send(new GetObjectCommand({ Bucket, Key: 'film' }));
  expect(await whole.Body?.transformToByteArray()).toHaveLength(size);
  await stop();
});
