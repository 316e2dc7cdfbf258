import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { type Status, statuses } from '../../../../../core/contract/lifecycle.ts';
import type { JobProgress } from '../../../../../core/transcoding/job-event.ts';
import { JOB_PROGRESS_ATTRIBUTES, uploadItemKey } from '../../../../../core/uploads/records.ts';
import { recordJobProgress } from '../../../../../functions/adapters/dynamodb/job-progress.ts';
import { fakeClient } from '../fake-client.ts';
import { localTable } from './local-table.ts';

const UPLOAD = '019b7c2e-5a3e-7000-8000-0123456789ab';
const AT = '2026-01-02T03:04:05.678Z';
const BEFORE = '2026-01-01T00:00:00.000Z';
const timeline = [{ at: BEFORE, to: 'transcoding', by: 'workflow' }];

const local = await localTable();
const { table } = local;
afterAll(() => local.close());

async function write(status: Status, more: object = {}): Promise<void> {
  const Item = { ...uploadItemKey(UPLOAD), status, updatedAt: BEFORE, timeline, ...more };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}

async function read(uploadId = UPLOAD) {
  const Key = uploadItemKey(uploadId);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key }));
  return Item;
}

const record = (progress: Partial<JobProgress>) =>
  recordJobProgress(
    table,
    { uploadId: UPLOAD, jobId: 'job-1', attempt: 1, percent: 0, ...progress },
    AT,
  );

describe('The progress of a job', () => {
  it('is written while its upload is transcoding, and changes nothing else', async () => {
    await write('transcoding');
    expect(await record({ percent: 0 })).toBe(true);
    expect(await record({ percent: 30 })).toBe(true);
    expect(await read()).toEqual({
      ...uploadItemKey(UPLOAD),
      status: 'transcoding',
      timeline,
      jobId: 'job-1',
      transcodePercent: 30,
      updatedAt: AT,
    });
  });

  it.each(statuses.filter((status) => status !== 'transcoding'))(
    'is not written for an upload that is %s',
    async (status) => {
      await write(status);
      const before = await read();
      expect(await record({ percent: 30 })).toBe(false);
      expect(await read()).toEqual(before);
    },
  );

  it('is written only for the job of the current attempt', async () => {
    await write('transcoding', { attempt: 2 });
    expect(await record({ percent: 90 })).toBe(false);
    expect(await record({ jobId: 'job-2', attempt: 2, percent: 5 })).toBe(true);
    expect(await read()).toMatchObject({ jobId: 'job-2', transcodePercent: 5 });
  });

  it('creates no upload', async () => {
    const stranger = '019b7c2e-5a3e-7000-8000-0123456789ac';
    expect(await record({ uploadId: stranger })).toBe(false);
    expect(await read(stranger)).toBeUndefined();
  });

  it('never decreases and stays with one job, whatever the order of events', async () => {
    const event = fc.record({
      jobId: fc.constantFrom('job-1', 'job-1', 'job-2'),
      percent: fc.integer({ min: 0, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
        await write('transcoding');
        for (const each of [...events, ...events.toReversed()]) await record(each);
        const jobId = events[0]?.jobId;
        const percents = events.filter((each) => each.jobId === jobId).map((each) => each.percent);
        expect(await read()).toMatchObject({ jobId, transcodePercent: Math.max(...percents) });
      }),
      { numRuns: 25 },
    );
  });
});

it('Only the attributes are written and compared that the policy of record-job allows', async () => {
  const { sent, client } = fakeClient({ Update: () => ({}) });
  const progress = { uploadId: UPLOAD, jobId: 'job', attempt: 1, percent: 5 };
  await recordJobProgress({ client, name: 'table' }, progress, AT);
  const input = (sent[0]?.[1] ?? {}) as {
    Key: object;
    UpdateExpression: string;
    ConditionExpression: string;
    ExpressionAttributeNames: Record<string, string>;
  };
  const words = `${input.UpdateExpression} ${input.ConditionExpression}`.match(/(?<![:\w])#?\w+/g);
  const names = (words ?? [])
    .filter((word) => !/^(SET|REMOVE|AND|OR|attribute_not_exists)$/.test(word))
    .map((word) => input.ExpressionAttributeNames[word] ?? word);
  expect(new Set([...Object.keys(input.Key), ...names])).toEqual(new Set(JOB_PROGRESS_ATTRIBUTES));
});
