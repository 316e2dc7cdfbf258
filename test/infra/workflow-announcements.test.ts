import type { Playback } from '../../core/contract/upload.ts';
import { announcementOf } from '../../core/uploads/announcement.ts';
import { shardOf, statusShard } from '../../core/uploads/records.ts';
import type { Answers } from './walk-workflow.ts';
import { argumentsOf, go, OWNER, playback, UPLOAD } from './workflow-fixtures.ts';

const ITEM = { uploadId: UPLOAD, owner: OWNER, updatedAt: '2026-01-01T00:00:00.000Z' };
const rejection = { code: 'too_long', detail: '13 hours' } as const;
const failure = {
  code: 'inspection_failed',
  detail: 'The inspection returned no result.',
} as const;
const inspected = (Payload: object) => ({ Inspect: { output: { Payload } } }) as Answers;

/** The task that tells of each end of the workflow, a way to it, and what the record then says. */
const ENDS = [
  ['AnnounceReady', {}, { status: 'ready', playback: playback as unknown as Playback }],
  [
    'AnnounceRejection',
    inspected({ outcome: 'rejected', reason: rejection }),
    { status: 'rejected', reason: rejection },
  ],
  ['AnnounceFailure', inspected({ outcome: 'perhaps' }), { status: 'failed', reason: failure }],
] as const;

describe('an end', () => {
  it.each(ENDS)(
    'in %s is announced by the workflow as by code, under the same id',
    async (state, answers, end) => {
      const walked = await go(answers);
      const byCode = announcementOf({ ...ITEM, ...end });
      expect(argumentsOf(walked, state).Entries).toEqual([
        {
          Source: 'reelgate',
          EventBusName: 'default',
          DetailType: byCode?.detailType,
          Detail: byCode?.detail,
        },
      ]);
    },
  );

  it.each(ENDS)(
    'that the bus does not take in %s is left to the reconciler, where it looks',
    async (state, answers, { status }) => {
      const walked = await go({ ...answers, [state]: { error: 'EventBridge.FailedEntry' } });
      expect(walked.states.slice(-3)).toEqual([state, 'LeaveAnnouncementPending', 'Unannounced']);
      const { ConditionExpression, ExpressionAttributeValues } = argumentsOf(
        walked,
        'LeaveAnnouncementPending',
      );
      expect(ConditionExpression).toBe('statusShard = :announced');
      const shard = shardOf(UPLOAD);
      expect(ExpressionAttributeValues).toEqual({
        ':announced': { S: statusShard(status, shard) },
        ':pendingAnnouncement': { S: statusShard(`${status}+pendingAnnouncement`, shard) },
      });
      expect(walked.end).toMatchObject({ status: 'FAILED', error: 'Unannounced' });
      expect(JSON.stringify(walked.end)).toContain('EventBridge.FailedEntry');
    },
  );

  it('is none where the upload goes on', () => {
    expect(announcementOf({ ...ITEM, status: 'transcoding' })).toBeUndefined();
  });
});
