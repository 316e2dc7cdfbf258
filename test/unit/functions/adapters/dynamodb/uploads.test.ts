import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { statuses } from '../../../../../core/contract/lifecycle.ts';
import { ERASED_AT_END } from '../../../../../core/uploads/erasure.ts';
import {
  dayItemKey,
  type ItemKey,
  idempotencyItemKey,
  quotaItemKey,
  statusShard,
  type UploadItem,
  uploadItemKey,
} from '../../../../../core/uploads/records.ts';
import { beginAttempt } from '../../../../../functions/adapters/dynamodb/begin-attempt.ts';
import { changeStatus } from '../../../../../functions/adapters/dynamodb/change-status.ts';
import { expireUploadItem } from '../../../../../functions/adapters/dynamodb/expire-upload.ts';
import {
  getUploadItem,
  listUploadItems,
} from '../../../../../functions/adapters/dynamodb/read-uploads.ts';
import { recordMultipartUpload } from '../../../../../functions/adapters/dynamodb/record-multipart.ts';
import {
  findIdempotencyKey,
  getDay,
  getQuota,
  reserve,
} from '../../../../../functions/adapters/dynamodb/reservations.ts';
import { returnQuota } from '../../../../../functions/adapters/dynamodb/return-quota.ts';
import { moveInIndex, uploadsIn } from '../../../../../functions/adapters/dynamodb/status-index.ts';
import { EXECUTION, minutesAgo, uploadIn } from '../../../../kit/ports/upload-fixture.ts';
import { localTable } from './local-table.ts';

const local = await localTable();
const { table } = local;
afterAll(() => local.close());

const AT = minutesAgo(0);
/** Seconds since the epoch. */
const EXPIRES_AT = 1_800_000_000;
let counter = 0;

/** An upload of an owner of its own: no test sees the items of another. */
function fresh<S extends UploadItem['status']>(status: S, more: object = {}) {
  counter += 1;
  const uploadId = `019cb735-1b52-7000-8000-${counter.toString(16).padStart(12, '0')}`;
  const owner = `owner-${counter}`;
  return uploadIn(status, { ...uploadItemKey(uploadId), uploadId, owner, ...more });
}

async function put<Item extends UploadItem>(item: Item): Promise<Item> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...item } }));
  return item;
}

async function raw(Key: ItemKey) {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { ...Key } }),
  );
  return Item;
}

const quota = { maximumBytes: 30_000_000, maximumActiveUploads: 2 };
const daily = { amount: 'uploads', count: 1, limit: 3 } as const;
const reserveNow = (item: UploadItem, seconds = 1_000) =>
  reserve(table, item, { quota, daily }, seconds * 1_000);

describe('An upload in the table', () => {
  it('is read as it was written, and absent where there is none', async () => {
    const item = await put(fresh('ready'));
    expect(await getUploadItem(table, item.uploadId)).toEqual(item);
    expect(await getUploadItem(table, 'absent')).toBeUndefined();
  });

  it.each(['constructor', 'toString', 'Map', 'name', 'length'])(
    'may have metadata with the name %s',
    async (name) => {
      const item = fresh('waiting', { metadata: { [name]: 'Set', other: '' } });
      expect(await reserveNow(item)).toBe(true);
      expect((await getUploadItem(table, item.uploadId))?.metadata).toEqual(item.metadata);
    },
  );

  it('that is invalid is an error with item and field', async () => {
    const { playback: _, ...item } = fresh('ready');
    await put(item as UploadItem);
    await expect(getUploadItem(table, item.uploadId)).rejects.toThrow(
      `Item UPLOAD#${item.uploadId} UPLOAD is not valid. playback: required for status ready, but missing.`,
    );
  });

  it('is listed for its owner, newest first, page by page and by status', async () => {
    const items: UploadItem[] = [];
    const owner = 'lister';
    for (const status of ['waiting', 'ready', 'waiting', 'ready'] as const) {
      items.push(await put(fresh(status, { owner })));
    }
    const [first, second, third, fourth] = items;
    const all = await listUploadItems(table, owner, { limit: 3, statuses });
    expect(all).toEqual({ items: [fourth, third, second], last: second?.uploadId });
    const rest = await listUploadItems(table, owner, { limit: 3, after: all.last, statuses });
    expect(rest).toEqual({ items: [first] });
    const ready = await listUploadItems(table, owner, { limit: 5, statuses: ['ready'] });
    expect(ready).toEqual({ items: [fourth, second] });
    const one = await listUploadItems(table, owner, { limit: 1, statuses: ['waiting'] });
    expect(one).toEqual({ items: [third], last: third?.uploadId });
  });
});

/** Attributes that describe the file, beside those of every upload. */
const DESCRIBED = {
  metadata: { title: 'Sea' },
  checksum: 'rosUhgp5mIE=',
  redirect: 'https://app.example.com/',
  idempotencyKey: 'key',
};

function erased(item: UploadItem): object {
  const kept = Object.entries(item).filter(
    ([name]) => !(ERASED_AT_END as readonly string[]).includes(name),
  );
  // A record without metadata reads as one with none.
  return { ...Object.fromEntries(kept), metadata: {} };
}

describe('A change of status', () => {
  const entry = { at: AT, to: 'failed', by: 'workflow', why: 'x' } as const;

  it('writes status, index, reason and timeline, and returns the upload', async () => {
    const item = await put(fresh('validating'));
    const change = {
      from: ['uploaded', 'validating'],
      entry,
      reason: { code: 'workflow_failed' },
      partition: 'failed+pendingAnnouncement',
      execution: EXECUTION,
      jobId: 'job-9',
    } as const;
    const changed = await changeStatus(table, item, change);
    expect(changed).toEqual({
      ...item,
      status: 'failed',
      sequence: 1,
      statusShard: 'failed+pendingAnnouncement#b',
      updatedAt: AT,
      reason: { code: 'workflow_failed' },
      jobId: 'job-9',
      timeline: [...item.timeline, entry],
    });
    expect(await getUploadItem(table, item.uploadId)).toEqual(changed);
  });

  it('that ends an upload for good erases what describes the file', async () => {
    const item = await put(fresh('ready', { ...DESCRIBED, reviewToken: 'token' }));
    const cancelled = { at: AT, to: 'cancelled', by: 'owner' } as const;
    const changed = await changeStatus(table, item, {
      from: ['ready'],
      entry: cancelled,
      reason: { code: 'deleted_by_owner' },
      expiresAt: EXPIRES_AT,
    });
    expect(changed).toEqual({
      ...erased(item),
      status: 'cancelled',
      sequence: 2,
      statusShard: 'cancelled#b',
      updatedAt: AT,
      reason: { code: 'deleted_by_owner' },
      timeline: [...item.timeline, cancelled],
      expiresAt: EXPIRES_AT,
    });
    for (const value of ['film.mp4', 'Sea', 'rosUhgp5mIE=', 'app.example.com', 'h264']) {
      expect(JSON.stringify(changed)).not.toContain(value);
    }
  });

  it('writes the playback of a ready video', async () => {
    const item = await put(fresh('transcoding'));
    const { playback } = uploadIn('ready');
    const ready = { at: AT, to: 'ready', by: 'workflow' } as const;
    const change = { from: ['transcoding'], entry: ready, playback, jobId: 'j' } as const;
    expect(await changeStatus(table, item, change)).toMatchObject({
      status: 'ready',
      sequence: 1,
      playback,
      statusShard: 'ready#b',
    });
  });

  it.each([
    ['another status', { from: ['waiting'] }],
    ['another execution', { from: ['validating'], execution: 'other' }],
  ] as const)('is not written from %s', async (_, conditions) => {
    const item = await put(fresh('validating'));
    const change = { entry, reason: { code: 'workflow_failed' }, ...conditions } as const;
    expect(await changeStatus(table, item, change)).toBeUndefined();
    expect(await getUploadItem(table, item.uploadId)).toEqual(item);
  });
});

describe('The next attempt of a failed upload', () => {
  const entry = { at: AT, to: 'transcoding', by: 'owner', why: 'attempt 2' } as const;
  const next = { attempt: 2, step: 'transcode', status: 'transcoding', jobId: undefined } as const;
  const { execution, object, media } = uploadIn('transcoding');
  const failed = (more: object = {}) =>
    put(
      fresh('failed', {
        ...{ execution, object, media, jobId: 'old', transcodePercent: 40, failedStep: 'publish' },
        ...more,
      }),
    );

  it('is written once, without what the failure has left', async () => {
    const item = await failed();
    const begun = await beginAttempt(table, item, next, entry);
    const { reason: _, failedStep: __, jobId: ___, transcodePercent: ____, ...kept } = item;
    expect(begun).toEqual({
      ...kept,
      status: 'transcoding',
      statusShard: 'transcoding#b',
      updatedAt: AT,
      attempt: 2,
      resumeStep: 'transcode',
      timeline: [...item.timeline, entry],
    });
    expect(await getUploadItem(table, item.uploadId)).toEqual(begun);
    expect(await beginAttempt(table, item, next, entry)).toBeUndefined();
  });

  it('keeps the job whose outputs are published', async () => {
    const item = await failed();
    const begun = await beginAttempt(
      table,
      item,
      { ...next, step: 'publish', jobId: 'old' },
      entry,
    );
    expect(begun).toMatchObject({ jobId: 'old', transcodePercent: 40, resumeStep: 'publish' });
  });

  it.each([
    ['another execution has failed', { execution: `${EXECUTION}-other` }],
    ['another attempt has failed', { attempt: 2 }],
  ])('is not written if %s', async (_, more) => {
    const item = await failed(more);
    const read = { ...item, execution, attempt: 1 };
    expect(await beginAttempt(table, read, next, entry)).toBeUndefined();
    expect(await getUploadItem(table, item.uploadId)).toEqual(item);
  });

  it('is written for a record that does not count its attempts', async () => {
    const item = await failed();
    const { attempt: _, ...uncounted } = item;
    await table.client.send(new PutCommand({ TableName: table.name, Item: uncounted }));
    expect(await beginAttempt(table, item, next, entry)).toMatchObject({ attempt: 2 });
  });
});

describe('S3’s id of a multipart upload', () => {
  it('is recorded once', async () => {
    const item = await put(fresh('waiting'));
    expect(await recordMultipartUpload(table, item.uploadId, 'one', AT)).toBe(true);
    expect(await recordMultipartUpload(table, item.uploadId, 'two', AT)).toBe(false);
    expect(await getUploadItem(table, item.uploadId)).toEqual({
      ...item,
      s3UploadId: 'one',
      updatedAt: AT,
    });
  });

  it('is not recorded for an upload that does not wait, or does not exist', async () => {
    const item = await put(fresh('cancelled'));
    expect(await recordMultipartUpload(table, item.uploadId, 'one', AT)).toBe(false);
    expect(await recordMultipartUpload(table, 'absent', 'one', AT)).toBe(false);
    expect(await raw(uploadItemKey('absent'))).toBeUndefined();
  });
});

describe('A reservation', () => {
  it('writes the upload and counts its bytes', async () => {
    const item = fresh('waiting');
    expect(await getQuota(table, item.owner)).toBeUndefined();
    expect(await reserveNow(item)).toBe(true);
    expect(await getUploadItem(table, item.uploadId)).toEqual(item);
    expect(await getQuota(table, item.owner)).toEqual({
      ...quotaItemKey(item.owner),
      totalBytes: 12_000_000,
      reservedBytes: 12_000_000,
      usedBytes: 0,
      activeUploads: 1,
    });
  });

  it('is refused where the bytes or the number of uploads are used up, and writes nothing', async () => {
    const { owner } = fresh('waiting');
    expect(await reserveNow(fresh('waiting', { owner, size: 18_000_000 }))).toBe(true);
    const tooLarge = fresh('waiting', { owner, size: 12_000_001 });
    expect(await reserveNow(tooLarge)).toBe(false);
    expect(await getUploadItem(table, tooLarge.uploadId)).toBeUndefined();
    expect(await reserveNow(fresh('waiting', { owner, size: 12_000_000 }))).toBe(true);
    expect(await reserveNow(fresh('waiting', { owner, size: 0 }))).toBe(false);
  });

  it('counts each upload of a day once more, also after uploads have ended, up to the budget', async () => {
    const { owner } = fresh('waiting');
    const small = () => fresh('waiting', { owner, size: 1 });
    for (const _ of [1, 2, 3]) {
      const item = small();
      expect(await reserveNow(item)).toBe(true);
      await returnQuota(table, item, 'reserved');
    }
    expect(await getDay(table, owner, '1970-01-01')).toEqual({
      ...dayItemKey(owner, '1970-01-01'),
      uploads: 3,
      expiresAt: 9 * 86_400,
    });
    const fourth = small();
    expect(await reserveNow(fourth)).toBe(false);
    expect(await getUploadItem(table, fourth.uploadId)).toBeUndefined();
    expect(await getQuota(table, owner)).toMatchObject({ activeUploads: 0 });
    expect(await reserveNow(fourth, 86_400)).toBe(true);
    expect(await getDay(table, owner, '1970-01-02')).toMatchObject({ uploads: 1 });
  });

  it('never exceeds the budget under concurrent creations', async () => {
    const { owner } = fresh('waiting');
    const twenty = Array.from({ length: 20 }, () => fresh('waiting', { owner, size: 1 }));
    const wide = { maximumBytes: 1_000, maximumActiveUploads: 100 };
    const reserved = await Promise.all(
      twenty.map((item) => reserve(table, item, { quota: wide, daily }, 1_000)),
    );
    expect(reserved.filter(Boolean)).toHaveLength(3);
    expect(await getDay(table, owner, '1970-01-01')).toMatchObject({ uploads: 3 });
  });

  it('never replaces an upload', async () => {
    const item = await put(fresh('ready'));
    expect(await reserveNow({ ...item, statuses: ['waiting'] } as UploadItem)).toBe(false);
    expect(await getUploadItem(table, item.uploadId)).toEqual(item);
  });

  it('records an idempotency key for 24 hours', async () => {
    const item = fresh('waiting', { idempotencyKey: 'key', requestHash: 'h' });
    await reserveNow(item, 1_000);
    const recorded = {
      ...idempotencyItemKey(item.owner, 'key'),
      uploadId: item.uploadId,
      requestHash: 'h',
      createdAt: item.createdAt,
      expiresAt: 1_000 + 86_400,
    };
    expect(await findIdempotencyKey(table, item.owner, 'key', 87_399)).toEqual(recorded);
    expect(await findIdempotencyKey(table, item.owner, 'key', 87_400)).toBeUndefined();
    expect(await findIdempotencyKey(table, item.owner, 'other', 1_000)).toBeUndefined();
  });

  it('is refused while its key is in use, and replaces one that has expired', async () => {
    const first = fresh('waiting', { idempotencyKey: 'key', size: 1 });
    const second = fresh('waiting', { idempotencyKey: 'key', size: 1, owner: first.owner });
    await reserveNow(first, 1_000);
    expect(await reserveNow(second, 87_399)).toBe(false);
    expect(await reserveNow(second, 87_400)).toBe(true);
    expect(await findIdempotencyKey(table, first.owner, 'key', 87_400)).toMatchObject({
      uploadId: second.uploadId,
    });
  });
});

describe('The quota of an upload', () => {
  it('is returned once', async () => {
    const item = fresh('waiting');
    await reserveNow(item);
    expect(await returnQuota(table, item, 'used')).toBe(false);
    expect(await returnQuota(table, item, 'reserved')).toBe(true);
    expect(await returnQuota(table, item, 'reserved')).toBe(false);
    expect((await getUploadItem(table, item.uploadId))?.quota).toBe('returned');
    expect(await getQuota(table, item.owner)).toMatchObject({ totalBytes: 0, activeUploads: 0 });
  });
});

describe('An expiry', () => {
  const entry = { at: AT, to: 'expired', by: 'reconciler', why: 'upload_expired' } as const;
  const expire = (item: UploadItem) =>
    expireUploadItem(table, item, entry, { code: 'upload_expired' }, EXPIRES_AT);

  it.each([{}, { s3UploadId: 's3' }])(
    'ends a waiting upload and returns its bytes: %j',
    async (more) => {
      const item = fresh('waiting', { ...more, ...DESCRIBED });
      await reserveNow(item);
      expect(await expire(item)).toBe(true);
      expect(await getUploadItem(table, item.uploadId)).toEqual({
        ...erased(item),
        expiresAt: EXPIRES_AT,
        status: 'expired',
        sequence: 1,
        statusShard: statusShard('expired', 'b'),
        updatedAt: AT,
        quota: 'returned',
        reason: { code: 'upload_expired' },
        timeline: [...item.timeline, entry],
      });
      expect(await getQuota(table, item.owner)).toMatchObject({ totalBytes: 0, activeUploads: 0 });
    },
  );

  it.each([
    ['is no longer waiting', { status: 'uploaded' }, {}],
    ['has returned its bytes', { quota: 'returned' }, {}],
    ['has begun in S3 meanwhile', { s3UploadId: 'new' }, {}],
    ['has another id in S3', { s3UploadId: 'new' }, { s3UploadId: 'old' }],
  ])('writes nothing for one that %s', async (_, stored, seen) => {
    const item = fresh('waiting', seen);
    await reserveNow(item);
    const now = await put({ ...item, ...stored } as UploadItem);
    expect(await expire(item)).toBe(false);
    expect(await getUploadItem(table, item.uploadId)).toEqual(now);
    expect(await getQuota(table, item.owner)).toMatchObject({ totalBytes: 12_000_000 });
  });
});

describe('The status index', () => {
  async function idsIn(partition: Parameters<typeof uploadsIn>[1], before: string, shard = 'e') {
    const ids: string[] = [];
    for await (const id of uploadsIn(table, partition, shard, before)) ids.push(id);
    return ids;
  }

  it('lists the uploads of a shard up to an age, oldest first', async () => {
    const of = (minutes: number, shard = 'e') =>
      put(
        fresh('in_review', {
          updatedAt: minutesAgo(minutes),
          shard,
          statusShard: statusShard('in_review', shard),
        }),
      );
    const [young, old, older] = [await of(5), await of(10), await of(20)];
    await of(20, 'f');
    expect(await idsIn('in_review', minutesAgo(10))).toEqual([older.uploadId, old.uploadId]);
    expect(await idsIn('in_review', minutesAgo(0))).toContain(young.uploadId);
    expect(await idsIn('failed', minutesAgo(0))).toEqual([]);
  });

  it('moves an upload, or leaves it where its status or partition has changed', async () => {
    const item = await put(fresh('cancelled'));
    await moveInIndex(table, item, 'ended+6h');
    const moved = { ...item, statusShard: 'ended+6h#b' };
    expect(await getUploadItem(table, item.uploadId)).toEqual(moved);
    await moveInIndex(table, item, 'ended+51h');
    await moveInIndex(table, { ...moved, status: 'expired' }, 'ended+51h');
    expect(await getUploadItem(table, item.uploadId)).toEqual(moved);
    await moveInIndex(table, moved, undefined);
    expect(await raw(uploadItemKey(item.uploadId))).not.toHaveProperty('statusShard');
  });
});
