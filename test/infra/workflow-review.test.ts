import type { JsonObject } from '@reelgate/local-cloud/workflow';
import type { TaskResult, TaskResults } from './simulate-workflow.ts';
import { definition } from './workflow-definition.ts';
import { added, argumentsOf, job, run, SIZE, valuesOf, writesOf } from './workflow-fixtures.ts';

/** The writes to the upload and to the quota in the definition. */
function writesIn(state: string) {
  const { TransactItems } = (definition.States[state]?.Arguments ?? {}) as {
    TransactItems: { Update: JsonObject }[];
  };
  const [upload, quota] = TransactItems.map(({ Update }) => Update);
  return { upload: upload ?? {}, quota: quota ?? {} };
}

describe('with review on', () => {
  const review: TaskResults = {
    Inspect: {
      output: { Payload: { outcome: 'accepted', media: { container: 'mp4' }, job, review: true } },
    },
  };

  it('an approved video is transcoded, and its task token is deleted', async () => {
    const execution = await run(review);
    expect(execution.states.slice(3, 8)).toEqual([
      'RecordOwnershipForReview',
      'AwaitReview',
      'CheckReview',
      'RecordApproval',
      'Transcode',
    ]);
    expect(valuesOf(writesOf(execution, 'RecordOwnershipForReview').upload)).toMatchObject({
      ':next': { S: 'in_review' },
      ':statusShard': { S: 'in_review#a' },
    });
    expect(valuesOf(argumentsOf(execution, 'AwaitReview'))[':token']).toEqual({
      S: expect.stringMatching(/.{10,}/),
    });
    expect(writesOf(execution, 'RecordApproval').upload.UpdateExpression).toMatch(
      /REMOVE reviewToken$/,
    );
    expect(execution.states.at(-1)).toBe('AnnounceReady');
  });

  it.each([
    [{ output: { decision: 'rejected', detail: 'violence' } }, 'review_rejected', 'violence'],
    ['no response', 'review_timed_out', 'No moderator decided within seven days.'],
  ] as [TaskResult, string, string][])('%j ends as rejected', async (AwaitReview, code, detail) => {
    const execution = await run({ ...review, AwaitReview });
    expect(execution.states.at(-1)).toBe('AnnounceRejection');
    const { upload, quota } = writesOf(execution, 'Reject');
    expect(valuesOf(upload)[':reason']).toEqual({
      M: { code: { S: code }, detail: { S: detail } },
    });
    expect(added(quota).usedBytes).toBe(-SIZE);
  });

  it('a response without a decision leads to the status failed', async () => {
    const execution = await run({ ...review, AwaitReview: { output: {} } });
    expect(execution.end).toMatchObject({ status: 'FAILED', error: 'workflow_failed' });
  });

  it('ownership is recorded by the same write as without review, except for the status', () => {
    const without = writesIn('RecordOwnership');
    const reviewed = writesIn('RecordOwnershipForReview');
    expect(
      JSON.parse(JSON.stringify(reviewed.upload).replaceAll('in_review', 'transcoding')),
    ).toEqual(without.upload);
    expect(without.quota).toEqual({
      ...reviewed.quota,
      UpdateExpression: `${reviewed.quota.UpdateExpression}, jobs :upload`,
      ConditionExpression: expect.any(String),
      ExpressionAttributeValues: expect.objectContaining(valuesOf(reviewed.quota)),
    });
  });
});
