import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type LocalS3, startS3 } from '@reelgate/local-cloud/engines';
import { emptyBucket } from '../../tools/deploy/empty-bucket.ts';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

describe('emptying a bucket', () => {
  let engine: LocalS3;
  let s3: S3Client;

  beforeAll(async () => {
    engine = await startS3({
      dataDir: mkdtempSync(join(tmpdir(), 'reelgate-s3-')),
      credentials,
    });
    s3 = new S3Client({ region: 'us-east-1', endpoint: engine.endpoint, credentials });
  });

  afterAll(async () => {
    s3.destroy();
    await engine.close();
  });

  it('removes versions, delete markers and unfinished uploads, so that the bucket can be deleted', async () => {
    const Bucket = 'to-be-emptied';
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    );
    for (const Key of ['a', 'a', 'b/ü']) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    }
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'c' }));
    await s3.send(
      new UploadPartCommand({ Bucket, Key: 'c', UploadId, PartNumber: 1, Body: 'part' }),
    );

    expect(await emptyBucket(s3, Bucket)).toEqual({ versions: 4, uploads: 1 });
    expect(await emptyBucket(s3, Bucket)).toEqual({ versions: 0, uploads: 0 });
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).resolves.toBeDefined();
  });
});
