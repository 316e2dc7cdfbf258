import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { CompactGrant } from '../../../core/contract/grant.ts';
import type { Upload } from '../../../core/contract/upload.ts';
import { type AttackTarget, attackTarget } from './attack-target.ts';
import { NARROW } from './narrow-configuration.ts';

const MIB = 1024 * 1024;
const { maximumBytes, maximumActiveUploads } = NARROW.upload.quota;

let target: AttackTarget;

beforeAll(async () => {
  target = await attackTarget(NARROW);
}, 120_000);

afterAll(() => target?.close());

interface Created {
  readonly status: number;
  readonly code: string | undefined;
  readonly id: string;
}

async function create(username: string, size: number): Promise<Created> {
  const request = { fileName: 'film.mp4', contentType: 'video/mp4', size };
  const { status, body } = await target.ask(username, 'POST', '/v1/uploads', request);
  const { upload, code } = body as { upload?: Upload; grant?: CompactGrant; code?: string };
  return { status, code, id: upload?.id ?? '' };
}

/** `count` creations, `together` of them at once. */
async function creations(
  username: string,
  size: number,
  count: number,
  together: number,
): Promise<Created[]> {
  const made: Created[] = [];
  let begun = 0;
  const worker = async () => {
    while (begun < count) {
      begun += 1;
      made.push(await create(username, size));
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return made;
}

const granted = (made: readonly Created[]) => made.filter(({ status }) => status === 201);

async function begunInS3(username: string): Promise<number> {
  const Bucket = target.cloud.hosted.sourceBucket;
  const Prefix = `uploads/${await target.owner(username)}/`;
  const { Uploads = [] } = await target.s3.send(
    new ListMultipartUploadsCommand({ Bucket, Prefix }),
  );
  return Uploads.length;
}

const quotaOf = async (username: string) => target.quotaOf(await target.owner(username));

describe('A hundred creations at once', () => {
  it('never pass the number of unfinished uploads', async () => {
    const made = await creations('uploader-a', 1, 100, 100);
    const first = granted(made);
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThanOrEqual(maximumActiveUploads);
    for (const { status, code } of made) {
      if (status !== 201) {
        expect([409, 503]).toContain(status);
        expect(['quota_uploads_exceeded', 'conflict', 'unavailable']).toContain(code);
      }
    }
    // Whoever lost a race may come again; the room that is left is given out to the last upload.
    const later = granted(await creations('uploader-a', 1, maximumActiveUploads + 5, 1));
    expect(first.length + later.length).toBe(maximumActiveUploads);
    const active = maximumActiveUploads;
    expect(await quotaOf('uploader-a')).toMatchObject({
      activeUploads: active,
      reservedBytes: active,
      totalBytes: active,
      usedBytes: 0,
    });
    expect(await begunInS3('uploader-a')).toBe(active);
  }, 60_000);

  it('never pass the bytes that an owner may hold', async () => {
    const size = 3 * MIB;
    const most = Math.floor(maximumBytes / size);
    const made = await creations('uploader-b', size, 100, 100);
    const first = granted(made);
    expect(first.length).toBeLessThanOrEqual(most);
    const later = granted(await creations('uploader-b', size, most + 5, 1));
    expect(first.length + later.length).toBe(most);
    const quota = await quotaOf('uploader-b');
    expect(quota).toMatchObject({ reservedBytes: most * size, totalBytes: most * size });
    expect(quota?.totalBytes).toBeLessThanOrEqual(maximumBytes);
    expect(await begunInS3('uploader-b')).toBe(most);
  }, 60_000);

  it('with one idempotency key are one upload', async () => {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1 };
    const header = { 'idempotency-key': 'one' };
    const ask = () => target.ask('moderator-b', 'POST', '/v1/uploads', request, header);
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    const ids = answers.flatMap(({ status, body }) =>
      status === 201 ? [(body as { upload: Upload }).upload.id] : [],
    );
    expect(new Set(ids).size).toBe(1);
    expect(await quotaOf('moderator-b')).toMatchObject({ activeUploads: 1, totalBytes: 1 });
    expect(await begunInS3('moderator-b')).toBe(1);
  });
});

describe('Grants that are abandoned', () => {
  it('hold no more than the quota, however many are asked for, and give all of it back once', async () => {
    const made = await creations('moderator-a', 2 * MIB, 300, 10);
    const open = granted(made);
    expect(open).toHaveLength(Math.min(maximumActiveUploads, maximumBytes / (2 * MIB)));
    expect((await quotaOf('moderator-a'))?.reservedBytes).toBe(open.length * 2 * MIB);
    expect(await begunInS3('moderator-a')).toBe(open.length);
    const cancel = (id: string) => target.ask('moderator-a', 'DELETE', `/v1/uploads/${id}`);
    // Twice each, at once: what is given back twice would be room for more than the quota.
    const cancelled = await Promise.all(open.flatMap(({ id }) => [cancel(id), cancel(id)]));
    for (const { status } of cancelled) expect([200, 409]).toContain(status);
    expect(await quotaOf('moderator-a')).toMatchObject({
      activeUploads: 0,
      reservedBytes: 0,
      usedBytes: 0,
      totalBytes: 0,
    });
    expect(await begunInS3('moderator-a')).toBe(0);
    expect((await create('moderator-a', maximumBytes)).status).toBe(201);
    expect((await create('moderator-a', 1)).code).toBe('quota_bytes_exceeded');
  }, 60_000);
});
