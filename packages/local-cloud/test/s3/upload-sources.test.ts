import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { bytes, type Harness, MIB, newBucket, refusal, startS3 } from './harness.ts';

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
  Bucket = await newBucket(s3.client);
});

it('parts are copied from ranges of other objects', async () => {
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'origin', Body: bytes(6 * MIB, 4) }));
  const at = { Bucket, Key: 'copied' };
  const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(at));
  const target = { ...at, UploadId };
  const copy = (CopySourceRange: string) =>
    s3.client.send(
      new UploadPartCopyCommand({
        ...target,
        PartNumber: 1,
        CopySource: `${Bucket}/origin`,
        CopySourceRange,
      }),
    );
  expect(await refusal(copy(`bytes=0-${6 * MIB}`))).toMatchObject({ code: 'InvalidArgument' });
  const { CopyPartResult } = await copy('bytes=100-199');
  await s3.client.send(
    new CompleteMultipartUploadCommand({
      ...target,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: CopyPartResult?.ETag }] },
    }),
  );
  const object = await s3.client.send(new GetObjectCommand({ Bucket, Key: target.Key }));
  expect(
    Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(
      bytes(6 * MIB, 4).subarray(100, 200),
    ),
  ).toBe(true);
});

it('the SDK uploads a stream of unknown length in parallel parts', async () => {
  const whole = bytes(12 * MIB, 5);
  const Body = new Blob([new Uint8Array(whole)]).stream();
  await new Upload({ client: s3.client, params: { Bucket, Key: 'by-lib-storage', Body } }).done();
  const object = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'by-lib-storage' }));
  expect(Buffer.from((await object.Body?.transformToByteArray()) ?? []).equals(whole)).toBe(true);
});
