import { retryUpload } from '../../../../functions/use-cases/retry-upload.ts';
import { inMemoryPorts } from '../../../kit/ports/in-memory-ports.ts';
import { minutesAgo, NOW, OWNER, UPLOAD_ID, uploadIn } from '../../../kit/ports/upload-fixture.ts';

const HOUR = Math.floor(NOW / 3_600_000);
const NAME = `${UPLOAD_ID}-attempt-2-${HOUR}`;
const { execution, object, media } = uploadIn('transcoding');
const source = { size: 12_000_000, etag: '"source"', versionId: 'v1' };

function failed(status = 'transcoding', more: object = {}) {
  const made = inMemoryPorts();
  const at = minutesAgo(60);
  const timeline = [status, 'failed'].map((to) => ({ at, to, by: 'workflow' }));
  const item = made.table.add(
    uploadIn('failed', { execution, object, media, timeline, quota: 'used', ...more }),
  );
  made.storage.sources.set(item.objectKey, source);
  const retry = (owner = OWNER) => retryUpload(made.ports, { owner, uploadId: UPLOAD_ID }, NOW);
  const inputOf = (name: string) =>
    (made.workflow.known.get(name)?.input as { detail: { resume: object } } | undefined)?.detail;
  return { ...made, item, retry, inputOf };
}

describe('A retry', () => {
  it('records the attempt in the status of its step and starts an execution that takes over', async () => {
    const { retry, table, inputOf, item } = failed('transcoding', {
      transcodePercent: 40,
      jobId: 'old',
    });
    const retried = await retry();
    const stored = table.items.get(UPLOAD_ID);
    expect(retried).toEqual({ outcome: 'retried', upload: stored });
    expect(stored).toMatchObject({
      status: 'transcoding',
      statusShard: 'transcoding#b',
      updatedAt: minutesAgo(0),
      attempt: 2,
      resumeStep: 'transcode',
      quota: 'used',
      execution,
    });
    expect(stored?.timeline.at(-1)).toEqual({
      at: minutesAgo(0),
      to: 'transcoding',
      by: 'owner',
      why: 'attempt 2',
    });
    for (const gone of ['reason', 'failedStep', 'jobId', 'transcodePercent'] as const) {
      expect(stored?.[gone]).toBeUndefined();
    }
    expect(inputOf(NAME)).toEqual({
      bucket: { name: 'sources' },
      object: { key: item.objectKey, size: 12_000_000, etag: 'source', 'version-id': 'v1' },
      resume: {
        execution,
        attempt: 2,
        step: 'transcode',
        job: expect.objectContaining({ UserMetadata: { uploadId: UPLOAD_ID } }),
      },
    });
  });

  it('publishes a complete job again without creating another', async () => {
    const more = { failedStep: 'publish', jobId: 'job-1', reason: { code: 'publish_failed' } };
    const { retry, table, inputOf } = failed('transcoding', more);
    await retry();
    expect(table.items.get(UPLOAD_ID)?.jobId).toBe('job-1');
    expect(inputOf(NAME)?.resume).toEqual({
      execution,
      attempt: 2,
      step: 'publish',
      jobId: 'job-1',
    });
  });

  it('has the same outcome a second time, and starts nothing more', async () => {
    const { retry, workflow } = failed();
    const first = await retry();
    expect(await retry()).toEqual(first);
    expect(workflow.known.size).toBe(1);
  });

  it('of two at the same time starts one attempt', async () => {
    const { retry, workflow, table } = failed();
    const outcomes = await Promise.all([retry(), retry()]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['retried', 'retried']);
    expect(workflow.known.size).toBe(1);
    expect(table.items.get(UPLOAD_ID)?.attempt).toBe(2);
  });

  it('whose execution was not started is started by the next call', async () => {
    const { retry, workflow, calls } = failed();
    calls.before('executions.start', () => {
      throw new Error('The process ends here.');
    });
    await expect(retry()).rejects.toThrow('The process ends here.');
    expect(await retry()).toMatchObject({ outcome: 'retried' });
    expect([...workflow.known.keys()]).toEqual([NAME]);
  });

  it('is started although the response to its write was lost', async () => {
    const { retry, workflow, calls, table } = failed();
    // The SDK repeats the write, whose condition then fails.
    calls.before('uploads.beginAttempt', async () => {
      const { resumeStep, attempt, status } = {
        resumeStep: 'transcode',
        attempt: 2,
        status: 'transcoding',
      };
      table.set(UPLOAD_ID, { resumeStep, attempt, status, reason: undefined });
    });
    expect(await retry()).toMatchObject({ outcome: 'retried', upload: { attempt: 2 } });
    expect([...workflow.known.keys()]).toEqual([NAME]);
  });

  it('starts nothing once the attempt runs or is over', async () => {
    const { retry, table, workflow } = failed();
    table.add(uploadIn('ready', { attempt: 2 }));
    expect(await retry()).toMatchObject({ outcome: 'retried', upload: { status: 'ready' } });
    expect(workflow.known.size).toBe(0);
  });
});

describe('A retry is refused', () => {
  const refusal = (code: string) => ({ outcome: 'refused', code });

  it.each(['waiting', 'transcoding', 'ready', 'rejected', 'cancelled', 'expired'] as const)(
    'for an upload that is %s and has not failed',
    async (status) => {
      const { retry, table, workflow } = failed();
      table.add(uploadIn(status));
      expect(await retry()).toMatchObject(refusal('status_conflict'));
      expect(workflow.known.size).toBe(0);
    },
  );

  it('for a retried upload that was cancelled', async () => {
    const { retry, table } = failed();
    table.add(uploadIn('cancelled', { attempt: 2 }));
    expect(await retry()).toMatchObject(refusal('status_conflict'));
  });

  it('for another owner, like an unknown upload', async () => {
    const { retry } = failed();
    expect(await retry('YWJj')).toEqual(refusal('upload_not_found'));
  });

  it('without a source, and for another version of it', async () => {
    const { retry, storage, item, workflow } = failed();
    storage.sources.set(item.objectKey, { ...source, versionId: 'v2' });
    expect(await retry()).toMatchObject(refusal('retry_not_possible'));
    storage.sources.clear();
    expect(await retry()).toEqual({
      ...refusal('retry_not_possible'),
      detail: 'The uploaded file no longer exists.',
    });
    expect(workflow.known.size).toBe(0);
  });

  it('after the last attempt', async () => {
    const { retry } = failed('transcoding', { attempt: 3 });
    expect(await retry()).toMatchObject(refusal('attempts_used_up'));
  });

  it('if the owner deletes the upload at the same moment', async () => {
    const { retry, table, calls, workflow } = failed();
    calls.before('uploads.beginAttempt', () => {
      table.add(uploadIn('cancelled'));
    });
    expect(await retry()).toEqual(refusal('conflict'));
    expect(workflow.known.size).toBe(0);
  });
});
