import type { JsonObject } from '@reelgate/local-cloud/workflow';
import { quotaDeltas } from '../../core/quota/quota.ts';
import { type Answers, EXECUTION, walk } from './walk-workflow.ts';
import {
  added,
  argumentsOf,
  conditionFailed,
  done,
  event,
  item,
  SIZE,
  UPLOAD,
  valuesOf,
  well,
  withoutZeros,
  writesOf,
} from './workflow-fixtures.ts';

describe('an upload that the reconciler hands over', () => {
  const LOST = 'arn:aws:states:us-east-1:000000000000:execution:process-upload:lost';
  const handedOver = (resume: JsonObject, changes: Answers = {}, found: JsonObject = {}) =>
    walk(
      { ...event, detail: { ...event.detail, resume: { execution: LOST, ...resume } } },
      {
        ...well,
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

  it('is taken from its execution and published under this one, where its job is complete', async () => {
    const walked = await handedOver({ jobId: 'job-7' });
    expect(walked.states).toEqual([
      'Claim',
      'ReadClaim',
      'CheckClaim',
      'TakeOver',
      'Resume',
      'Publish',
      'AnnounceReady',
    ]);
    const taken = argumentsOf(walked, 'TakeOver');
    expect(taken.ConditionExpression).toBe(
      '#status IN (:validating, :inReview, :transcoding) AND #execution IN (:lost, :execution)',
    );
    expect(valuesOf(taken)).toMatchObject({ ':lost': { S: LOST }, ':execution': { S: EXECUTION } });
    expect(argumentsOf(walked, 'Publish').Payload).toEqual({
      uploadId: UPLOAD,
      execution: EXECUTION,
      jobId: 'job-7',
    });
  });

  it('fails for the reason that was found', async () => {
    const walked = await handedOver(
      { reason: { code: 'workflow_timed_out', detail: 'x' } },
      {},
      { status: { S: 'in_review' } },
    );
    expect(walked.states.slice(-4)).toEqual([
      'Resume',
      'RecordFailure',
      'AnnounceFailure',
      'Failed',
    ]);
    expect(walked.end).toMatchObject({ error: 'workflow_timed_out' });
  });

  it.each([
    [{ status: 'ERROR', errorCode: 1040 }, 'transcode_failed'],
    [{ status: 'ERROR' }, 'transcode_failed'],
    [{ status: 'CANCELED' }, 'transcode_cancelled'],
  ])('fails as its job did (%j): %s', async (job, code) => {
    const Cause = JSON.stringify(job);
    const walked = await handedOver({ fault: { Error: 'States.TaskFailed', Cause } });
    expect(walked.end).toMatchObject({ status: 'FAILED', error: code });
  });

  it('is rejected where its job found the file at fault: used bytes come back', async () => {
    const Cause = JSON.stringify({ status: 'ERROR', errorCode: 1030 });
    const walked = await handedOver({ fault: { Error: 'States.TaskFailed', Cause } });
    expect(walked.states.at(-1)).toBe('AnnounceRejection');
    const { upload, quota } = writesOf(walked, 'Reject');
    expect(valuesOf(upload)).toMatchObject({ ':quota': { S: 'used' } });
    expect(added(quota)).toMatchObject(withoutZeros(quotaDeltas('used', 'returned', SIZE)));
  });

  it.each([
    ['has ended', { status: { S: 'ready' } }],
    ['is in another execution’s hands', { execution: { S: `${LOST}-other` } }],
    ['has another object', { objectKey: { S: 'uploads/x/y/source' } }],
  ])('is left alone where it %s', async (_, found) => {
    const walked = await handedOver({ jobId: 'job-7' }, {}, found);
    expect(walked.states.at(-1)).toBe('Duplicate');
  });

  it('is left alone where it changes in the last moment', async () => {
    const walked = await handedOver({ jobId: 'job-7' }, { TakeOver: conditionFailed });
    expect(walked.states.at(-1)).toBe('Superseded');
  });

  it('fails where nothing says how to go on', async () => {
    const walked = await handedOver({});
    expect(walked.end).toMatchObject({ status: 'FAILED', error: 'workflow_failed' });
  });
});
