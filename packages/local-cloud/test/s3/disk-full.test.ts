import { PutObjectCommand } from '@aws-sdk/client-s3';
import { newBucket, startS3 } from './harness.ts';

it('A full disk is named in the response and in the report, which holds no signature', async () => {
  const reports: { error: unknown; request: string }[] = [];
  const full = Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' });
  const { client, stop } = await startS3({
    around: async ({ operation }, next) => {
      if (operation === 'PutObject') throw full;
      return next();
    },
    onError: (error, request) => void reports.push({ error, request }),
  });
  const Bucket = await newBucket(client);
  const put = client.send(new PutObjectCommand({ Bucket, Key: 'film', Body: 'bytes' }));
  await expect(put).rejects.toMatchObject({
    name: 'InternalError',
    message: 'The disk is full (no space left on device, write). Free some space.',
  });
  expect(reports).toEqual([{ error: full, request: `PUT /${Bucket}/film` }]);
  await stop();
});
