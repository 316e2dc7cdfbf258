import type { JsonObject } from '@reelgate/local-cloud/workflow';
import { quotaDeltas } from '../../core/quota/quota.ts';
import { EXECUTION, simulate, type TaskResults } from './simulate-workflow.ts';
import {
  added,
  argumentsOf,
  conditionFailed,
  done,
  event,
  item,
  job,
  SIZE,
  successful,
  UPLOAD,
  valuesOf,
  withoutZeros,
  writesOf,
} from './workflow-fixtures.ts';

describe('an upload that the reconciler resumes in a new execution', () => {
  const LOST = 'arn:aws:states:us-east-1:000000000000:execution:process-upload:lost';
  const resumed = (resume: JsonObject, changes: TaskResults = {}, found: JsonObject = {}) =>
    simulate(
      { ...event, detail: { ...event.detail, resume: { execution: LOST, ...resume } } },
      {
        ...successful,
        Claim: conditionFailed,
        ReadClaim: {
          output: {
            Item: item({
              status: { S: 'transcoding' },
              quota: { S: 'used' },
              execution: { S: LOST },
              ...found,
            }),
          },
        },
        TakeOver: done,
        ...changes,
      },
    );

  it('is taken over and published if its job is complete', async () => {
    const execution = await resumed({ jobId: 'job-7' });
    expect(execution.states).toEqual([
      'Claim',
      'ReadClaim',
      'CheckClaim',
      'TakeOver',
      'Resume',
      'Publish',
      'AnnounceReady',
    ]);
    const taken = argumentsOf(execution, 'TakeOver');
    expect(taken.ConditionExpression).toBe(
      '#status IN (:validating, :inReview, :transcoding) AND #execution IN (:lost, :execution)',
    );
    expect(valuesOf(taken)).toMatchObject({ ':lost': { S: LOST }, ':execution': { S: EXECUTION } });
    expect(argumentsOf(execution, 'Publish').Payload).toEqual({
      uploadId: UPLOAD,
      execution: EXECUTION,
      jobId: 'job-7',
    });
  });

  it('fails with the reason that the reconciler found', async () => {
    const execution = await resumed(
      { reason: { code: 'workflow_timed_out', detail: 'x' } },
      {},
      { status: { S: 'in_review' } },
    );
    expect(execution.states.slice(-4)).toEqual([
      'Resume',
      'RecordFailure',
      'AnnounceFailure',
      'Failed',
    ]);
    expect(execution.end).toMatchObject({ error: 'workflow_timed_out' });
  });

  it.each([
    [{ status: 'ERROR', errorCode: 1040 }, 'transcode_failed'],
    [{ status: 'ERROR' }, 'transcode_failed'],
    [{ status: 'CANCELED' }, 'transcode_cancelled'],
  ])('fails if its job failed (%j): %s', async (job, code) => {
    const Cause = JSON.stringify(job);
    const execution = await resumed({ fault: { Error: 'States.TaskFailed', Cause } });
    expect(execution.end).toMatchObject({ status: 'FAILED', error: code });
  });

  it('is rejected if its job failed because of the file, and its used bytes are returned', async () => {
    const Cause = JSON.stringify({ status: 'ERROR', errorCode: 1030 });
    const execution = await resumed({ fault: { Error: 'States.TaskFailed', Cause } });
    expect(execution.states.at(-1)).toBe('AnnounceRejection');
    const { upload, quota } = writesOf(execution, 'Reject');
    expect(valuesOf(upload)).toMatchObject({ ':quota': { S: 'used' } });
    expect(added(quota)).toMatchObject(withoutZeros(quotaDeltas('used', 'returned', SIZE)));
  });

  it.each([
    ['has ended', { status: { S: 'ready' } }],
    ['belongs to another execution', { execution: { S: `${LOST}-other` } }],
    ['has another object', { objectKey: { S: 'uploads/x/y/source' } }],
  ])('is not changed if it %s', async (_, found) => {
    const execution = await resumed({ jobId: 'job-7' }, {}, found);
    expect(execution.states.at(-1)).toBe('Duplicate');
  });

  it('is not changed if it changes before the takeover', async () => {
    const execution = await resumed({ jobId: 'job-7' }, { TakeOver: conditionFailed });
    expect(execution.states.at(-1)).toBe('Superseded');
  });

  it('is taken over at the step of a retry, with the token and the metadata of its attempt', async () => {
    const retry = { attempt: 2, step: 'transcode', job };
    const execution = await resumed(retry, {}, { attempt: { N: '2' } });
    expect(execution.states).toEqual([
      'Claim',
      'ReadClaim',
      'CheckClaim',
      'TakeOver',
      'Resume',
      'AwaitSlot',
      'Transcode',
      'Publish',
      'AnnounceReady',
    ]);
    expect(argumentsOf(execution, 'AwaitSlot').Payload).toMatchObject({
      refused: false,
      media: '',
    });
    expect(argumentsOf(execution, 'TakeOver').UpdateExpression).toContain('REMOVE resumeStep');
    expect(argumentsOf(execution, 'Transcode')).toMatchObject({
      Settings: job.Settings,
      ClientRequestToken: `${UPLOAD}-2`,
      UserMetadata: { uploadId: UPLOAD, attempt: '2' },
    });
  });

  it.each([
    ['inspect', 'validating', 'reserved', ['Inspect', 'Route', 'RecordOwnership', 'Transcode']],
    ['review', 'in_review', 'used', ['AwaitReview', 'CheckReview', 'RecordApproval', 'Transcode']],
  ])('is taken over at the step %s of a retry', async (step, status, quota, after) => {
    const found = { status: { S: status }, quota: { S: quota }, attempt: { N: '2' } };
    const execution = await resumed({ attempt: 2, step, job }, {}, found);
    expect(execution.states.slice(5, 9)).toEqual(after);
    expect(execution.states.at(-1)).toBe('AnnounceReady');
  });

  it('is published by a retry without another job', async () => {
    const execution = await resumed({ attempt: 2, step: 'publish', jobId: 'job-7' });
    expect(execution.states.slice(4)).toEqual(['Resume', 'Publish', 'AnnounceReady']);
  });

  it.each([
    [{ attempt: 2, step: 'publish', jobId: 'job-7' }, { Publish: { error: 'X' } }, 'publish'],
    [{ attempt: 2, step: 'transcode', job }, { Transcode: { error: 'X' } }, 'transcode'],
    [{ attempt: 2, step: 'transcode', job }, { Publish: { error: 'X' } }, 'publish'],
    [{ reason: { code: 'workflow_failed' } }, {}, 'transcode'],
  ] as [JsonObject, TaskResults, string][])(
    'records the step that failed: %j',
    async (resume, changes, step) => {
      const execution = await resumed(resume, changes);
      const { upload } = writesOf(execution, 'RecordFailure');
      expect(upload.UpdateExpression).toContain('failedStep = :step');
      expect(valuesOf(upload)).toMatchObject({ ':step': { S: step } });
    },
  );

  it('fails if the input names nothing to resume', async () => {
    const execution = await resumed({});
    expect(execution.end).toMatchObject({ status: 'FAILED', error: 'workflow_failed' });
  });
});
