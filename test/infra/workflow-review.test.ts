import type { TaskResult, TaskResults } from './walk-workflow.ts';
import { definition } from './workflow-definition.ts';
import { added, argumentsOf, job, run, SIZE, valuesOf, writesOf } from './workflow-fixtures.ts';

describe('with review on', () => {
  const review: TaskResults = {
    Inspect: {
      output: { Payload: { outcome: 'accepted', media: { container: 'mp4' }, job, review: true } },
    },
  };

  it('an approved video is transcoded, and its task token is deleted', async () => {
    const walked = await run(review);
    expect(walked.states.slice(3, 8)).toEqual([
      'RecordOwnershipForReview',
      'AwaitReview',
      'CheckReview',
      'RecordApproval',
      'Transcode',
    ]);
    expect(valuesOf(writesOf(walked, 'RecordOwnershipForReview').upload)).toMatchObject({
      ':next': { S: 'in_review' },
      ':statusShard': { S: 'in_review#a' },
    });
    expect(valuesOf(argumentsOf(walked, 'AwaitReview'))[':token']).toEqual({
      S: expect.stringMatching(/.{10,}/),
    });
    expect(writesOf(walked, 'RecordApproval').upload.UpdateExpression).toMatch(
      /REMOVE reviewToken$/,
    );
    expect(walked.states.at(-1)).toBe('AnnounceReady');
  });

  it.each([
    [{ output: { decision: 'rejected', detail: 'violence' } }, 'review_rejected', 'violence'],
    ['no response', 'review_timed_out', 'No moderator decided within seven days.'],
  ] as [TaskResult, string, string][])('%j ends as rejected', async (AwaitReview, code, detail) => {
    const walked = await run({ ...review, AwaitReview });
    expect(walked.states.at(-1)).toBe('AnnounceRejection');
    const { upload, quota } = writesOf(walked, 'Reject');
    expect(valuesOf(upload)[':reason']).toEqual({
      M: { code: { S: code }, detail: { S: detail } },
    });
    expect(added(quota).usedBytes).toBe(-SIZE);
  });

  it('a response without a decision leads to the status failed', async () => {
    const walked = await run({ ...review, AwaitReview: { output: {} } });
    expect(walked.end).toMatchObject({ status: 'FAILED', error: 'workflow_failed' });
  });

  it('ownership is recorded by the same write as without review, except for the status', () => {
    const without = JSON.stringify(definition.States.RecordOwnership?.Arguments);
    const reviewed = JSON.stringify(definition.States.RecordOwnershipForReview?.Arguments);
    expect(
      reviewed
        .replace('RecordOwnershipForReview', 'RecordOwnership')
        .replaceAll('in_review', 'transcoding'),
    ).toBe(without);
  });
});
