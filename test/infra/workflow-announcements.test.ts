import { announcementOf } from '../../core/uploads/announcement.ts';
import type { Playback } from '../../core/uploads/records.ts';
import { shardOf, statusShard } from '../../core/uploads/records.ts';
import type { TaskResults } from './simulate-workflow.ts';
import {
  argumentsOf,
  item,
  OWNER,
  playback,
  run,
  UPLOAD,
  valuesOf,
  writesOf,
} from './workflow-fixtures.ts';

const ITEM = { uploadId: UPLOAD, owner: OWNER, sequence: 3, updatedAt: '2026-01-01T00:00:00.000Z' };
const rejection = { code: 'too_long', detail: '13 hours' } as const;
const failure = {
  code: 'inspection_failed',
  detail: 'The inspection returned no result.',
} as const;
const inspected = (Payload: object) => ({ Inspect: { output: { Payload } } }) as TaskResults;

/** The task that announces each final status, the task results that lead to it, and the resulting record. */
const FINAL_STATUSES = [
  ['AnnounceReady', {}, { status: 'ready', playback: playback as unknown as Playback }],
  [
    'AnnounceRejection',
    inspected({ outcome: 'rejected', reason: rejection }),
    { status: 'rejected', reason: rejection },
  ],
  ['AnnounceFailure', inspected({ outcome: 'perhaps' }), { status: 'failed', reason: failure }],
] as const;

describe('a final status', () => {
  it.each(FINAL_STATUSES)(
    'in %s is announced by the workflow with the same event id as by code',
    async (state, results, end) => {
      const execution = await run(results);
      const byCode = announcementOf({ ...ITEM, ...end });
      expect(argumentsOf(execution, state).Entries).toEqual([
        {
          Source: 'reelgate',
          EventBusName: 'default',
          DetailType: byCode?.detailType,
          Detail: byCode?.detail,
        },
      ]);
    },
  );

  it.each(FINAL_STATUSES)(
    'that EventBridge does not accept in %s is marked for the reconciler',
    async (state, results, { status }) => {
      const execution = await run({ ...results, [state]: { error: 'EventBridge.FailedEntry' } });
      expect(execution.states.slice(-3)).toEqual([
        state,
        'LeaveAnnouncementPending',
        'Unannounced',
      ]);
      const { ConditionExpression, ExpressionAttributeValues } = argumentsOf(
        execution,
        'LeaveAnnouncementPending',
      );
      expect(ConditionExpression).toBe('statusShard = :announced');
      const shard = shardOf(UPLOAD);
      expect(ExpressionAttributeValues).toEqual({
        ':announced': { S: statusShard(status, shard) },
        ':pendingAnnouncement': { S: statusShard(`${status}+pendingAnnouncement`, shard) },
      });
      expect(execution.end).toMatchObject({ status: 'FAILED', error: 'Unannounced' });
      expect(JSON.stringify(execution.end)).toContain('EventBridge.FailedEntry');
    },
  );

  it.each([
    ['Reject', inspected({ outcome: 'rejected', reason: rejection })],
    ['RecordFailure', inspected({ outcome: 'perhaps' })],
  ] as const)('in %s raises the sequence by one, in the same write', async (state, results) => {
    const { upload } = writesOf(await run(results), state);
    expect(upload.UpdateExpression).toContain('#sequence = :sequence');
    expect(upload.ExpressionAttributeNames).toMatchObject({ '#sequence': 'sequence' });
    expect(valuesOf(upload)).toMatchObject({ ':sequence': { N: '3' } });
  });

  it('is the first announcement of an upload whose record has no sequence', async () => {
    const { sequence: _, ...without } = item();
    const results = inspected({ outcome: 'perhaps' });
    const execution = await run({ ...results, Claim: { output: { Attributes: without } } });
    expect(valuesOf(writesOf(execution, 'RecordFailure').upload)).toMatchObject({
      ':sequence': { N: '1' },
    });
  });

  it('is not announced while the upload is processed', () => {
    expect(announcementOf({ ...ITEM, status: 'transcoding' })).toBeUndefined();
  });
});
