import { statuses } from '../../../../core/contract/lifecycle.ts';
import { TransientError } from '../../../../core/transient-error.ts';
import { abandonUpload } from '../../../../functions/use-cases/abandon-upload.ts';
import { cancelUpload } from '../../../../functions/use-cases/cancel-upload.ts';
import { clearUpload } from '../../../../functions/use-cases/clear-upload.ts';
import { returnQuota } from '../../../../functions/use-cases/return-quota.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import {
  EXECUTION,
  minutesAgo,
  NOW,
  OWNER,
  UPLOAD_ID,
  uploadIn,
} from '../../../kit/ports/upload-fixture.ts';

const reference = { owner: OWNER, uploadId: UPLOAD_ID };
const OUTPUT = `videos/${UPLOAD_ID}/index.m3u8`;

/** An upload with everything that one can hold. */
function holding(status: (typeof statuses)[number], more: object = {}) {
  const made = inMemoryPorts();
  const item = made.table.add(
    uploadIn(status, { s3UploadId: 's3', execution: EXECUTION, jobId: 'job-1', ...more }),
  );
  made.table.countQuota(item);
  made.storage.multiparts.set('s3', { key: item.objectKey, parts: [] });
  made.storage.sources.set(item.objectKey, { size: 1, etag: '"e"', versionId: 'v' });
  made.storage.outputs.set(OUTPUT, 1).set('videos/other/index.m3u8', 1);
  made.workflow.known.set(EXECUTION, { status: 'RUNNING' });
  made.workflow.jobs.set('job-1', { jobId: 'job-1', status: 'PROGRESSING' });
  return { ...made, item };
}

describe('Cancelling an upload', () => {
  it.each([
    ...(['waiting', 'uploaded', 'validating', 'in_review', 'transcoding'] as const).map(
      (status) => [status, 'cancelled_by_owner'] as const,
    ),
    ...(['ready', 'removed', 'rejected', 'failed', 'expired'] as const).map(
      (status) => [status, 'deleted_by_owner'] as const,
    ),
  ])('that is %s records %s and deletes everything it holds', async (status, code) => {
    const { ports, table, storage, workflow, item } = holding(status);
    const cancelled = await cancelUpload(ports, reference, NOW);
    expect(cancelled).toMatchObject({ outcome: 'cancelled', upload: { status: 'cancelled' } });
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      status: 'cancelled',
      reason: { code },
      quota: 'returned',
      timeline: [...item.timeline, { at: minutesAgo(0), to: 'cancelled', by: 'owner', why: code }],
    });
    expect([storage.multiparts.size, storage.sources.size]).toEqual([0, 0]);
    expect([...storage.outputs.keys()]).toEqual(['videos/other/index.m3u8']);
    expect(workflow.known.get(EXECUTION)?.status).toBe('ABORTED');
    expect(table.quotas.get(OWNER)).toMatchObject({ totalBytes: 0, activeUploads: 0 });
  });

  it.each(statuses)('cancels the job only while transcoding: %s', async (status) => {
    const { ports, workflow } = holding(status);
    await cancelUpload(ports, reference, NOW);
    const stopped = status === 'transcoding';
    expect(workflow.jobs.get('job-1')?.status).toBe(stopped ? 'CANCELED' : 'PROGRESSING');
  });

  it('calls nothing for what an upload does not hold', async () => {
    const { ports, table, calls } = inMemoryPorts();
    table.countQuota(table.add(uploadIn('waiting')));
    await cancelUpload(ports, reference, NOW);
    expect(calls.made).toEqual([
      'uploads.get',
      'uploads.changeStatus',
      'sources.deleteEveryVersion',
      'outputs.deleteBelow',
      'uploads.returnQuota',
    ]);
  });

  it('refuses every token of a video before its files are deleted, and of no other upload', async () => {
    const { ports, delivery, calls } = holding('ready');
    await cancelUpload(ports, reference, NOW);
    expect(delivery.values.has(UPLOAD_ID)).toBe(true);
    const order = ['uploads.changeStatus', 'edge.update', 'outputs.deleteBelow'];
    expect(calls.made.filter((call) => order.includes(call))).toEqual(order);
    const waiting = holding('waiting');
    await cancelUpload(waiting.ports, reference, NOW);
    expect(waiting.delivery.values.has(UPLOAD_ID)).toBe(false);
  });

  it('deletes a video where videos are not delivered', async () => {
    const { ports, storage } = holding('ready');
    await cancelUpload({ ...ports, edge: undefined }, reference, NOW);
    expect(storage.outputs.has(OUTPUT)).toBe(false);
  });

  it('leaves a tombstone where a grant could send the file again', async () => {
    const { ports, storage, item } = holding('ready', { method: 'put', s3UploadId: undefined });
    await cancelUpload(ports, reference, NOW);
    expect(storage.sources.get(item.objectKey)?.size).toBe(0);
  });

  it.each(['waiting', 'ready', 'expired'] as const)(
    'that is %s erases what describes the file, in the same write',
    async (status) => {
      const { ports, table, calls } = holding(status, { metadata: { title: 'Sea' } });
      calls.after('uploads.changeStatus', () => {
        throw new TransientError('interrupted');
      });
      await expect(cancelUpload(ports, reference, NOW)).rejects.toThrow('interrupted');
      const stored = table.items.get(UPLOAD_ID);
      expect(stored).toMatchObject({
        metadata: {},
        expiresAt: Math.floor(NOW / 1000) + 30 * 86_400,
      });
      for (const name of ['fileName', 'requestHash', 'media', 'playback'] as const) {
        expect(stored?.[name]).toBeUndefined();
      }
    },
  );

  it('changes the status first and returns the bytes last', async () => {
    const { ports, calls } = holding('transcoding');
    await cancelUpload(ports, reference, NOW);
    expect(calls.made[1]).toBe('uploads.changeStatus');
    expect(calls.made.at(-1)).toBe('uploads.returnQuota');
  });

  it.each([
    'multipart.abort',
    'executions.stop',
    'sources.deleteEveryVersion',
    'outputs.deleteBelow',
    'uploads.returnQuota',
  ])('that is interrupted at %s is completed by a second call', async (name) => {
    const { ports, table, storage, calls } = holding('transcoding');
    calls.before(name, () => {
      throw new TransientError('interrupted');
    });
    await expect(cancelUpload(ports, reference, NOW)).rejects.toThrow(TransientError);
    const first = table.items.get(UPLOAD_ID);
    expect(await cancelUpload(ports, reference, NOW + 1)).toMatchObject({ outcome: 'cancelled' });
    expect(table.items.get(UPLOAD_ID)).toEqual({ ...first, quota: 'returned' });
    expect(storage.sources.size).toBe(0);
    expect(table.quotas.get(OWNER)?.totalBytes).toBe(0);
  });

  it('succeeds where another call has just cancelled it', async () => {
    const { ports, calls } = holding('waiting');
    calls.before('uploads.changeStatus', () => cancelUpload(ports, reference, NOW).then(() => {}));
    expect(await cancelUpload(ports, reference, NOW)).toMatchObject({ outcome: 'cancelled' });
  });

  it.each([
    ['another owner', { ...reference, owner: 'Yg' }, 'upload_not_found'],
    ['an unknown id', { ...reference, uploadId: 'x' }, 'upload_not_found'],
  ])('is refused for %s', async (_, named, code) => {
    const { ports } = holding('waiting');
    expect(await cancelUpload(ports, named, NOW)).toMatchObject({ outcome: 'refused', code });
  });

  it('is a conflict where the record is deleted meanwhile', async () => {
    const { ports, table, calls } = holding('waiting');
    calls.before('uploads.changeStatus', () => table.items.clear());
    expect(await cancelUpload(ports, reference, NOW)).toEqual({
      outcome: 'refused',
      code: 'conflict',
    });
  });

  it('is a conflict, and deletes nothing, where the write is refused and the upload has another status', async () => {
    const { ports, storage } = holding('validating');
    const uploads = { ...ports.uploads, changeStatus: async () => undefined };
    expect(await cancelUpload({ ...ports, uploads }, reference, NOW)).toMatchObject({
      code: 'conflict',
    });
    expect(storage.sources.size).toBe(1);
  });

  it('gives a cause that names nobody', async () => {
    const { ports, item } = holding('validating');
    const stopped: unknown[] = [];
    const stop = async (...args: unknown[]) => void stopped.push(args);
    await clearUpload({ ...ports, executions: { stop } }, item, false, NOW);
    expect(stopped).toEqual([[EXECUTION, 'The upload was cancelled.']]);
  });
});

describe('Returning the quota', () => {
  it('happens once, however often it is called', async () => {
    const { ports, table, item } = holding('waiting');
    await returnQuota(ports.uploads, item);
    await returnQuota(ports.uploads, item);
    expect(table.quotas.get(OWNER)).toMatchObject({ totalBytes: 0, reservedBytes: 0 });
  });

  it('calls nothing where it is returned already', async () => {
    const { ports, calls } = inMemoryPorts();
    await returnQuota(ports.uploads, uploadIn('cancelled'));
    expect(calls.made).toEqual([]);
  });

  it('follows a workflow that uses the bytes meanwhile', async () => {
    const { ports, table, calls, item } = holding('validating');
    calls.before('uploads.returnQuota', () => table.moveQuota(UPLOAD_ID, 'used'));
    await returnQuota(ports.uploads, item);
    expect(table.quotas.get(OWNER)).toMatchObject({ totalBytes: 0, usedBytes: 0 });
  });

  it('has nothing to do for an upload that no longer exists', async () => {
    const { ports, table, item } = holding('validating');
    table.items.clear();
    await expect(returnQuota(ports.uploads, item)).resolves.toBeUndefined();
  });

  it('is transient where the quota changes at each of three attempts', async () => {
    const { ports, calls, item } = holding('validating');
    const uploads = {
      get: ports.uploads.get,
      returnQuota: async () => {
        calls.made.push('attempt');
        return false;
      },
    };
    await expect(returnQuota(uploads, item)).rejects.toThrow(
      new TransientError(`The quota of upload ${UPLOAD_ID} changes concurrently.`),
    );
    expect(calls.made.filter((name) => name === 'attempt')).toHaveLength(3);
  });
});

describe('Abandoning an upload', () => {
  it('cancels a waiting one, aborts its parts and returns its bytes', async () => {
    const { ports, table, storage, item } = holding('waiting');
    expect(await abandonUpload(ports, reference, NOW)).toEqual({
      outcome: 'abandoned',
      upload: expect.objectContaining({ status: 'cancelled' }),
    });
    const why = 'cancelled_by_owner';
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      reason: { code: why },
      quota: 'returned',
      timeline: [...item.timeline, { at: minutesAgo(0), to: 'cancelled', by: 'owner', why }],
    });
    expect(storage.multiparts.size).toBe(0);
  });

  it('aborts nothing where S3 does not know the upload', async () => {
    const { ports, calls } = holding('waiting', { s3UploadId: undefined });
    await abandonUpload(ports, reference, NOW);
    expect(calls.made).not.toContain('multipart.abort');
  });

  it('is completed by a second call', async () => {
    const { ports, table, calls } = holding('waiting');
    calls.before('uploads.returnQuota', () => {
      throw new TransientError('interrupted');
    });
    await expect(abandonUpload(ports, reference, NOW)).rejects.toThrow(TransientError);
    expect(await abandonUpload(ports, reference, NOW)).toMatchObject({ outcome: 'abandoned' });
    expect(table.quotas.get(OWNER)?.totalBytes).toBe(0);
  });

  it('accepts one that expired, and changes nothing of it', async () => {
    const { ports, table, item } = holding('expired');
    expect(await abandonUpload(ports, reference, NOW)).toEqual({
      outcome: 'abandoned',
      upload: item,
    });
    expect(table.items.get(UPLOAD_ID)).toEqual(item);
  });

  it.each([
    ['that is complete', 'uploaded', {}, 'status_conflict'],
    ['that is ready', 'ready', {}, 'status_conflict'],
    ['that is sent in one request', 'waiting', { method: 'post' }, 'not_in_parts'],
    ['of another owner', 'waiting', { owner: 'Yg' }, 'upload_not_found'],
  ] as const)('refuses one %s, and leaves it as it is', async (_, status, more, code) => {
    const { ports, table, storage, item } = holding(status, more);
    expect(await abandonUpload(ports, reference, NOW)).toMatchObject({ outcome: 'refused', code });
    expect(table.items.get(UPLOAD_ID)).toEqual(item);
    expect(storage.multiparts.size).toBe(1);
  });

  it('refuses one whose record is deleted meanwhile', async () => {
    const { ports, table, calls } = holding('waiting');
    calls.before('uploads.changeStatus', () => table.items.clear());
    expect(await abandonUpload(ports, reference, NOW)).toMatchObject({ code: 'status_conflict' });
  });
});
