import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { uploader } from '../../src/mediaconvert/transcode/uploader.ts';
import { type Harness, OUTBOX, read, startHarness, stored } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

describe('storing outputs', () => {
  it('streams a range of a large file', async () => {
    const path = join(harness.dataDir, 'large.bin');
    const bytes = randomBytes(24 * 1024 * 1024);
    await writeFile(path, bytes);
    const uploads = uploader(harness.s3);
    const body = { path, start: 100, end: bytes.length - 7 };
    uploads.add({ bucket: OUTBOX, key: 'large', contentType: 'video/mp4', body });
    await uploads.finish();
    const got = await read(harness.s3, 'large');
    expect(got.contentType).toBe('video/mp4');
    expect(got.bytes.equals(bytes.subarray(100, -7))).toBe(true);
  });

  it('stores all outputs that were added', async () => {
    const uploads = uploader(harness.s3);
    const names = Array.from(
      { length: 30 },
      (_, index) => `many/${String(index).padStart(2, '0')}`,
    );
    for (const key of names) {
      const body = { bytes: Buffer.from(key) };
      uploads.add({ bucket: OUTBOX, key, contentType: 'text/plain', body });
    }
    await uploads.finish();
    expect(await stored(harness.s3, '')).toEqual(expect.arrayContaining(names));
    const head = { Bucket: OUTBOX, Key: 'many/29' };
    expect(await harness.s3.send(new HeadObjectCommand(head))).toMatchObject({ ContentLength: 7 });
  });

  it('stops at the first error and names the file', async () => {
    harness.denied.add('s3:PutObject');
    const uploads = uploader(harness.s3);
    const body = { bytes: Buffer.from('x') };
    uploads.add({ bucket: OUTBOX, key: 'denied', contentType: 'text/plain', body });
    await expect(uploads.finish()).rejects.toMatchObject({
      code: 1401,
      message: `Unable to write to output file [s3://${OUTBOX}/denied]: [Failed to write data: Access Denied]`,
    });
    expect(() => uploads.check()).toThrow('Access Denied');
    harness.denied.clear();
  });

  it('names an absent bucket', async () => {
    const uploads = uploader(harness.s3);
    const body = { bytes: Buffer.from('x') };
    uploads.add({ bucket: 'not-there', key: 'k', contentType: 'text/plain', body });
    await expect(uploads.finish()).rejects.toMatchObject({ code: 1404 });
  });
});
