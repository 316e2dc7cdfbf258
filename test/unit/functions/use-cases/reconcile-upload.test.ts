import type { SeenJob } from '../../../../core/reconciliation/reconcile.ts';
import { TransientError } from '../../../../core/transient-error.ts';
import { expireUpload } from '../../../../functions/use-cases/expire-upload.ts';
import { reconcileUpload } from '../../../../functions/use-cases/reconcile-upload.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import {
  EXECUTION,
  minutesAgo,
  NOW,
  OWNER,
  UPLOAD_ID,
  uploadIn,
} from '../../../kit/ports/upload-fixture.ts';

const HOUR = Math.floor(NOW / 3_600_000);
const OUTPUT = `videos/${UPLOAD_ID}/index.m3u8`;
const FORM_KEY = `forms/${OWNER}/${UPLOAD_ID}/source`;
const source = { size: 12_000_000, etag: '"source"', versionId: 'v1' };

function stored(...args: Parameters<typeof uploadIn>) {
  const made = inMemoryPorts();
  const item = made.table.add(uploadIn(...args));
  made.table.countQuota(item);
  const reconcile = (now = NOW) => reconcileUpload(made.ports, UPLOAD_ID, now);
  return { ...made, item, reconcile };
}

describe('The reconciler leaves an upload', () => {
  it('that does not exist', async () => {
    const { ports } = inMemoryPorts();
    expect(await reconcileUpload(ports, UPLOAD_ID, NOW)).toBe('unchanged');
  });

  it('that has changed within ten minutes', async () => {
    const { reconcile, calls } = stored('uploaded', { updatedAt: minutesAgo(9) });
    expect(await reconcile()).toBe('unchanged');
    expect(calls.made).toEqual(['uploads.get']);
  });

  it('that waits for its parts', async () => {
    const { reconcile, table, item } = stored('waiting', { s3UploadId: 's3' });
    expect(await reconcile()).toBe('unchanged');
    expect(table.items.get(UPLOAD_ID)).toEqual(item);
  });
});

describe('The reconciler starts the workflow', () => {
  it.each(['waiting', 'uploaded'] as const)(
    'for an upload that is %s and has a source',
    async (status) => {
      const { reconcile, storage, workflow, item } = stored(status, { s3UploadId: 's3' });
      storage.sources.set(item.objectKey, source);
      expect(await reconcile()).toBe('started');
      expect(workflow.known.get(`${UPLOAD_ID}-start-${HOUR}`)).toMatchObject({
        input: {
          detail: {
            bucket: { name: 'sources' },
            object: { key: item.objectKey, size: 12_000_000, etag: 'source', 'version-id': 'v1' },
          },
        },
      });
      expect(await reconcile()).toBe('unchanged');
    },
  );

  it('for a form’s file whose event was lost', async () => {
    const { reconcile, storage, table, item } = stored('waiting', { method: 'post' });
    storage.staged.set(FORM_KEY, { ...source, versionId: 'f1' });
    expect(await reconcile()).toBe('started');
    expect(storage.sources.has(item.objectKey)).toBe(true);
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      status: 'uploaded',
      updatedAt: minutesAgo(0),
    });
  });

  it('not for a form’s file of another size', async () => {
    const { reconcile, storage } = stored('waiting', { method: 'post' });
    storage.staged.set(FORM_KEY, { size: 1, etag: '"e"', versionId: 'f1' });
    expect(await reconcile()).toBe('unchanged');
    expect(storage.staged.size).toBe(0);
  });

  it('and looks for a posted file only where there is a form', async () => {
    const { reconcile, calls } = stored('waiting', { s3UploadId: 's3' });
    await reconcile();
    expect(calls.made.filter((name) => name === 'sources.head')).toHaveLength(1);
  });
});

describe('The reconciler ends an upload', () => {
  it('as failed whose source is missing, and leaves it to be announced', async () => {
    const { reconcile, table, item } = stored('uploaded');
    expect(await reconcile()).toBe('failed');
    const why = 'source_missing';
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      status: 'failed',
      statusShard: 'failed+pendingAnnouncement#b',
      reason: { code: why },
      timeline: [...item.timeline, { at: minutesAgo(0), to: 'failed', by: 'reconciler', why }],
    });
  });

  it('not as failed where the workflow claims it meanwhile', async () => {
    const { reconcile, table, calls } = stored('uploaded');
    const { execution, object } = uploadIn('validating');
    calls.before('uploads.changeStatus', () => {
      table.set(UPLOAD_ID, { status: 'validating', execution, object });
    });
    expect(await reconcile()).toBe('unchanged');
    expect(table.items.get(UPLOAD_ID)?.status).toBe('validating');
  });

  it('as expired after its deadline, and returns its bytes', async () => {
    const more = { s3UploadId: 's3', deadline: minutesAgo(1) };
    const { reconcile, table, storage, item } = stored('waiting', more);
    storage.multiparts.set('s3', { key: item.objectKey, parts: [] });
    expect(await reconcile()).toBe('expired');
    const why = 'upload_expired';
    expect(table.items.get(UPLOAD_ID)).toMatchObject({
      status: 'expired',
      quota: 'returned',
      reason: { code: why },
      timeline: [...item.timeline, { at: minutesAgo(0), to: 'expired', by: 'reconciler', why }],
    });
    expect([storage.multiparts.size, table.quotas.get(OWNER)?.totalBytes]).toEqual([0, 0]);
  });

  it('not as expired that is completed meanwhile', async () => {
    const { reconcile, table, calls } = stored('waiting', {
      deadline: minutesAgo(1),
      s3UploadId: 's',
    });
    calls.before('uploads.expire', () => table.set(UPLOAD_ID, { status: 'uploaded' }));
    expect(await reconcile()).toBe('unchanged');
    expect(table.items.get(UPLOAD_ID)?.status).toBe('uploaded');
  });

  it('not as expired that has just begun in S3', async () => {
    const { ports, table, item } = stored('waiting');
    table.set(UPLOAD_ID, { s3UploadId: 's3' });
    expect(await expireUpload(ports, item, NOW)).toBe(false);
    expect(table.items.get(UPLOAD_ID)).toMatchObject({ status: 'waiting', quota: 'reserved' });
  });
});

describe('The reconciler resumes a claimed upload', () => {
  const ended = { status: 'FAILED', endedAt: NOW - 11 * 60_000 } as const;
  const job = (more: Partial<SeenJob> = {}): SeenJob => ({
    jobId: 'job-1',
    status: 'COMPLETE',
    endedAt: NOW - 11 * 60_000,
    ...more,
  });

  it.each(['validating', 'in_review', 'transcoding'] as const)(
    'that is %s and whose execution has ended',
    async (status) => {
      const { reconcile, workflow, item } = stored(status);
      workflow.known.set(EXECUTION, ended);
      expect(await reconcile()).toBe('resumed');
      expect(workflow.known.get(`${UPLOAD_ID}-resume-${HOUR}`)).toMatchObject({
        input: {
          detail: {
            bucket: { name: 'sources' },
            object: { key: item.objectKey, size: 12_000_000, etag: 'source', 'version-id': 'v1' },
            resume: { execution: EXECUTION, reason: { code: 'workflow_failed' } },
          },
        },
      });
      expect(await reconcile()).toBe('unchanged');
    },
  );

  it('with the job that has completed, by the record or by the history', async () => {
    for (const recorded of [true, false]) {
      const { reconcile, workflow } = stored('transcoding', recorded ? { jobId: 'job-1' } : {});
      workflow.known.set(EXECUTION, { ...ended, jobId: 'job-1' });
      workflow.jobs.set('job-1', job());
      expect(await reconcile()).toBe('resumed');
      expect(workflow.known.get(`${UPLOAD_ID}-resume-${HOUR}`)).toMatchObject({
        input: { detail: { resume: { execution: EXECUTION, jobId: 'job-1' } } },
      });
    }
  });

  it('prefers the recorded job to the history', async () => {
    const { reconcile, calls, workflow } = stored('transcoding', { jobId: 'job-1' });
    workflow.known.set(EXECUTION, ended);
    await reconcile();
    expect(calls.made).not.toContain('executions.submittedJob');
  });

  it('asks for a job only while transcoding', async () => {
    const { reconcile, calls, workflow } = stored('validating', { jobId: 'job-1' });
    workflow.known.set(EXECUTION, { status: 'RUNNING' });
    workflow.jobs.set('job-1', job());
    expect(await reconcile()).toBe('unchanged');
    expect(calls.made).not.toContain('jobs.get');
  });

  it('asks for no job where the history knows none', async () => {
    const { reconcile, calls } = stored('transcoding');
    await reconcile();
    expect(calls.made).not.toContain('jobs.get');
  });

  it('whose execution waits for a job that has ended, and misses its event', async () => {
    const { reconcile, workflow } = stored('transcoding');
    workflow.known.set(EXECUTION, { status: 'RUNNING', jobId: 'job-1', waits: true });
    workflow.jobs.set('job-1', job());
    expect(await reconcile()).toBe('resumed');
  });

  it.each([
    ['whose execution has continued after its job', { waits: false }, job()],
    [
      'whose job still runs',
      { waits: true },
      job({ status: 'PROGRESSING', endedAt: undefined as never }),
    ],
    ['whose job has ended just now', { waits: true }, job({ endedAt: NOW - 60_000 })],
  ])('not one %s', async (_, execution, seen) => {
    const { reconcile, workflow } = stored('transcoding');
    workflow.known.set(EXECUTION, { status: 'RUNNING', jobId: 'job-1', ...execution });
    workflow.jobs.set('job-1', seen);
    expect(await reconcile()).toBe('unchanged');
    expect(workflow.known.size).toBe(1);
  });

  it('does not ask whether an ended execution waits', async () => {
    const { reconcile, workflow, calls } = stored('transcoding', { jobId: 'job-1' });
    workflow.known.set(EXECUTION, ended);
    workflow.jobs.set('job-1', job());
    await reconcile();
    expect(calls.made).not.toContain('executions.waitsForJob');
  });
});

describe('The reconciler tries a failed upload again', () => {
  const { object, media } = uploadIn('transcoding');
  const failed = (more: object = {}) => {
    const timeline = ['transcoding', 'failed'].map((to) => ({
      at: minutesAgo(60),
      to,
      by: 'workflow',
    }));
    const made = stored('failed', {
      execution: EXECUTION,
      object,
      media,
      quota: 'used',
      timeline,
      ...more,
    });
    made.storage.sources.set(made.item.objectKey, source);
    return made;
  };

  it('if its cause passes', async () => {
    const { reconcile, table, workflow } = failed();
    expect(await reconcile()).toBe('retried');
    expect(table.items.get(UPLOAD_ID)).toMatchObject({ status: 'transcoding', attempt: 2 });
    expect(table.items.get(UPLOAD_ID)?.timeline.at(-1)).toMatchObject({ by: 'reconciler' });
    expect([...workflow.known.keys()]).toEqual([`${UPLOAD_ID}-attempt-2-${HOUR}`]);
  });

  it('after a longer pause for each attempt, and leaves it in the index until then', async () => {
    const { reconcile, table } = failed({ attempt: 2, updatedAt: minutesAgo(59) });
    expect(await reconcile()).toBe('unchanged');
    expect(table.items.get(UPLOAD_ID)?.statusShard).toBe('failed#b');
    expect(await reconcile(NOW + 60_000)).toBe('retried');
  });

  it.each([
    ['whose cause does not pass', { reason: { code: 'outputs_invalid' } }],
    ['that was tried as often as allowed', { attempt: 3, updatedAt: minutesAgo(600) }],
    ['whose source is gone', { object: { ...object, versionId: 'v0' } }],
  ])('but not one %s, which leaves the index', async (_, more) => {
    const { reconcile, table, workflow } = failed(more);
    expect(await reconcile()).toBe('settled');
    expect(table.items.get(UPLOAD_ID)).toMatchObject({ status: 'failed' });
    expect(table.items.get(UPLOAD_ID)?.statusShard).toBeUndefined();
    expect(workflow.known.size).toBe(0);
  });

  it('and starts an attempt whose execution was not started', async () => {
    const more = { attempt: 2, resumeStep: 'transcode', jobId: undefined };
    const { reconcile, workflow } = stored('transcoding', more);
    workflow.known.set(EXECUTION, { status: 'FAILED', endedAt: NOW - 3_600_000, jobId: 'job-1' });
    workflow.jobs.set('job-1', { jobId: 'job-1', status: 'COMPLETE', endedAt: NOW - 3_600_000 });
    expect(await reconcile()).toBe('resumed');
    expect(workflow.known.get(`${UPLOAD_ID}-attempt-2-${HOUR}`)).toMatchObject({
      input: { detail: { resume: { execution: EXECUTION, attempt: 2, step: 'transcode' } } },
    });
  });
});

describe('The reconciler settles an upload', () => {
  it.each([
    ['cancelled', 'Upload Cancelled', 'ended+6h#b'],
    ['expired', 'Upload Expired', 'ended+6h#b'],
  ] as const)('that is %s: announces it, and looks again later', async (status, event, shard) => {
    const { reconcile, table, workflow } = stored(status);
    expect(await reconcile()).toBe('settled');
    expect(workflow.announced).toMatchObject([{ detailType: event }]);
    expect(table.items.get(UPLOAD_ID)?.statusShard).toBe(shard);
  });

  it.each([
    ['ready', 'Video Ready'],
    ['failed', 'Upload Failed'],
    ['rejected', 'Upload Rejected'],
  ] as const)('that is %s and was not announced', async (status, event) => {
    const shard = `${status}+pendingAnnouncement#b`;
    const { reconcile, table, storage, workflow, item } = stored(status, { statusShard: shard });
    storage.sources.set(item.objectKey, source);
    expect(await reconcile()).toBe(status === 'rejected' ? 'swept' : 'settled');
    expect(workflow.announced).toMatchObject([{ detailType: event }]);
    expect(storage.sources.size).toBe(status === 'rejected' ? 0 : 1);
    expect(table.items.get(UPLOAD_ID)?.statusShard).toBe(`${status}#b`);
  });

  it.each([
    [7, 'ended+6h#b', 'ended+51h#b'],
    [52, 'ended+51h#b', undefined],
  ])('%i hours after its end, without announcing it again', async (hours, from, to) => {
    const more = { statusShard: from, updatedAt: minutesAgo(hours * 60) };
    const { reconcile, table, workflow } = stored('cancelled', more);
    expect(await reconcile()).toBe('settled');
    expect(workflow.announced).toEqual([]);
    expect(table.items.get(UPLOAD_ID)?.statusShard).toBe(to);
  });

  it('whose cancellation was interrupted: deletes all, and its job too', async () => {
    const more = { quota: 'used', execution: EXECUTION, jobId: 'job-1' };
    const { reconcile, table, storage, workflow, item } = stored('cancelled', more);
    storage.sources.set(item.objectKey, source);
    workflow.jobs.set('job-1', { jobId: 'job-1', status: 'PROGRESSING' });
    expect(await reconcile()).toBe('cleared');
    expect(table.items.get(UPLOAD_ID)?.quota).toBe('returned');
    expect([storage.sources.size, workflow.jobs.get('job-1')?.status]).toEqual([0, 'CANCELED']);
  });

  it.each(['cancelled', 'expired', 'rejected'] as const)(
    'by a single PUT that is %s: keeps its key closed while a grant may be valid, and frees it later',
    async (status) => {
      const { reconcile, table, storage, item } = stored(status, { method: 'put' });
      storage.sources.set(item.objectKey, source);
      expect(await reconcile()).toBe('swept');
      expect(storage.sources.get(item.objectKey)?.size).toBe(0);
      table.set(UPLOAD_ID, { statusShard: 'ended+6h#b' });
      await reconcile(NOW + 6 * 3_600_000);
      expect(storage.sources.has(item.objectKey)).toBe(false);
    },
  );

  it('by a single PUT that expires: closes its key at once', async () => {
    const { reconcile, storage, item } = stored('waiting', {
      method: 'put',
      deadline: minutesAgo(1),
    });
    expect(await reconcile()).toBe('expired');
    expect(storage.sources.get(item.objectKey)?.size).toBe(0);
  });

  it.each(['source', 'output'])('to which a late %s has come', async (which) => {
    const { reconcile, storage, item } = stored('cancelled');
    if (which === 'source') storage.sources.set(item.objectKey, source);
    else storage.outputs.set(OUTPUT, 1);
    expect(await reconcile()).toBe('swept');
    expect([storage.sources.size, storage.outputs.size]).toEqual([0, 0]);
  });

  it.each(['sources.deleteEveryVersion', 'announcements.announce'])(
    'again in the next run where %s has failed',
    async (name) => {
      const { reconcile, table, workflow, calls } = stored('cancelled');
      calls.before(name, () => {
        throw new TransientError('unavailable');
      });
      await expect(reconcile()).rejects.toThrow(TransientError);
      expect(table.items.get(UPLOAD_ID)?.statusShard).toBe('cancelled#b');
      expect(await reconcile()).toBe('settled');
      expect(workflow.announced).toHaveLength(1);
    },
  );
});

describe('The reconciler finds an upload that waits for a slot', () => {
  const queued = { queueKey: '1#a', slotToken: 'token', statusShard: 'queued#b' };

  it('after six hours, leaves it, and looks again six hours later', async () => {
    const { reconcile, table, workflow, calls } = stored('transcoding', {
      ...queued,
      updatedAt: minutesAgo(6 * 60),
    });
    workflow.known.set(EXECUTION, { status: 'RUNNING' });
    expect(await reconcile()).toBe('unchanged');
    expect(table.items.get(UPLOAD_ID)?.updatedAt).toBe(minutesAgo(0));
    expect(calls.made).toEqual(['uploads.get', 'executions.describe']);
    expect(await reconcile()).toBe('unchanged');
    expect(calls.made).toHaveLength(3);
  });

  it('and leaves one that has waited for less', async () => {
    const { reconcile, calls } = stored('transcoding', { ...queued, updatedAt: minutesAgo(350) });
    expect(await reconcile()).toBe('unchanged');
    expect(calls.made).toEqual(['uploads.get']);
  });

  it('whose execution has ended: the upload fails', async () => {
    const { reconcile, workflow } = stored('transcoding', {
      ...queued,
      updatedAt: minutesAgo(6 * 60),
    });
    workflow.known.set(EXECUTION, { status: 'ABORTED', endedAt: NOW - 3_600_000 });
    expect(await reconcile()).toBe('resumed');
  });

  it('that has its slot and does not know: its execution is resumed, once', async () => {
    const { reconcile, workflow, admission } = stored('transcoding', { slotToken: 'token' });
    workflow.known.set(EXECUTION, { status: 'RUNNING' });
    admission.waiting.add('token');
    expect(await reconcile()).toBe('resumed');
    expect(admission.resumed).toEqual(['token']);
    expect(await reconcile()).toBe('unchanged');
  });
});
