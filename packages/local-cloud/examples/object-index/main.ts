import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startCloud } from '@reelgate/local-cloud';
import { synthesizeObjectIndex } from './synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'object-index-'));
const cloud = await startCloud({
  assemblyDir: synthesizeObjectIndex(folder),
  dataDir: join(folder, 'data'),
});
try {
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: cloud.endpoints.s3,
    credentials: cloud.operator,
    forcePathStyle: true,
  });
  const Bucket = cloud.outputs['test-data']?.BucketName;
  await s3.send(new PutObjectCommand({ Bucket, Key: 'in-a', Body: 'twelve bytes' }));

  // The event of S3 starts the workflow, which stores the entry that the API returns.
  const url = `${cloud.outputs['test-work']?.ApiUrl}/items/in-a`;
  let response = await fetch(url);
  while (response.status === 404) response = await fetch(url);
  console.log(response.status, await response.text());
} finally {
  await cloud.close();
  rmSync(folder, { recursive: true });
}
