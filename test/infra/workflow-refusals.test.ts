import { quotaDeltas } from '../../core/quota/quota.ts';
import type { TaskResult, TaskResults } from './simulate-workflow.ts';
import {
  accepted,
  added,
  argumentsOf,
  BUCKET,
  callsOf,
  done,
  item,
  KEY,
  run,
  SIZE,
  valuesOf,
  withoutZeros,
  writesOf,
} from './workflow-fixtures.ts';

describe('a rejected video', () => {
  const reason = { code: 'too_long', detail: '7 h, at most 6 h' };
  const rejected: TaskResults = {
    Inspect: { output: { Payload: { outcome: 'rejected', reason } } },
  };

  it('returns its bytes, loses its source and is announced', async () => {
    const execution = await run(rejected);
    expect(execution.states).toEqual([
      'Claim',
      'Inspect',
      'Route',
      'Reject',
      'DiscardSource',
      'CheckGrant',
      'AnnounceRejection',
    ]);
    expect(execution.end).toMatchObject({ status: 'SUCCEEDED' });
    const { upload, quota } = writesOf(execution, 'Reject');
    expect(valuesOf(upload)).toMatchObject({
      ':rejected': { S: 'rejected' },
      ':statusShard': { S: 'rejected#a' },
      ':quota': { S: 'reserved' },
      ':reason': { M: { code: { S: reason.code }, detail: { S: reason.detail } } },
      ':entry': { L: [{ M: { to: { S: 'rejected' }, why: { S: reason.code } } }] },
    });
    expect(added(quota)).toEqual(withoutZeros(quotaDeltas('reserved', 'returned', SIZE)));
    expect(argumentsOf(execution, 'DiscardSource')).toEqual({
      Bucket: BUCKET,
      Key: KEY,
      VersionId: 'v1',
    });
    expect(argumentsOf(execution, 'AnnounceRejection')).toMatchObject({
      Entries: [{ DetailType: 'Upload Rejected', Detail: { data: { reason } } }],
    });
  });

  it.each([
    ['refuses its grant from then on', done],
    ['is announced even if the tombstone cannot be put', { error: 'S3.S3Exception' }],
  ])('that was sent by a single PUT %s', async (_, CloseSource) => {
    const Claim = { output: { Attributes: item({ method: { S: 'put' } }) } };
    const execution = await run({ ...rejected, Claim, CloseSource });
    expect(execution.states.slice(-4)).toEqual([
      'DiscardSource',
      'CheckGrant',
      'CloseSource',
      'AnnounceRejection',
    ]);
    expect(argumentsOf(execution, 'CloseSource')).toEqual({
      Bucket: BUCKET,
      Key: KEY,
      Body: '',
      IfNoneMatch: '*',
    });
  });

  it('can have a reason without detail', async () => {
    const execution = await run({
      Inspect: { output: { Payload: { outcome: 'rejected', reason: { code: 'not_a_video' } } } },
    });
    expect(valuesOf(writesOf(execution, 'Reject').upload)[':reason']).toEqual({
      M: { code: { S: 'not_a_video' } },
    });
    expect(execution.states.at(-1)).toBe('AnnounceRejection');
  });

  it.each([1020, 1030, 1076, 1093])(
    'includes one that MediaConvert cannot read (%i)',
    async (code) => {
      const cause = JSON.stringify({
        Job: { Id: 'j', Status: 'ERROR', ErrorCode: code, ErrorMessage: 'x' },
      });
      const execution = await run({ Transcode: { error: 'States.TaskFailed', cause } });
      expect(execution.states.slice(-5)).toEqual([
        'ClassifyJobError',
        'Reject',
        'DiscardSource',
        'CheckGrant',
        'AnnounceRejection',
      ]);
      const { upload, quota } = writesOf(execution, 'Reject');
      expect(valuesOf(upload)).toMatchObject({
        ':quota': { S: 'used' },
        ':reason': {
          M: { code: { S: 'transcode_rejected' }, detail: { S: `MediaConvert error ${code}` } },
        },
      });
      expect(added(quota)).toMatchObject(withoutZeros(quotaDeltas('used', 'returned', SIZE)));
      expect(added(quota).activeUploads).toBe(0);
    },
  );

  it('includes one that MediaConvert finds malformed or corrupt when the job is created', async () => {
    const error = 'MediaConvert.UnprocessableEntityException';
    const walked = await run({ Transcode: { error, cause: 'x' } });
    expect(walked.states.at(-1)).toBe('AnnounceRejection');
    expect(valuesOf(writesOf(walked, 'Reject').upload)).toMatchObject({
      ':reason': { M: { code: { S: 'transcode_rejected' }, detail: { S: `Error ${error}` } } },
    });
  });

  it.each([
    ['Inspect', 'ObjectChanged'],
    ['Publish', 'SourceChanged'],
  ])('includes one whose source was replaced before %s', async (state, error) => {
    const execution = await run({ [state]: { error, cause: '{}' } });
    expect(execution.states.at(-1)).toBe('AnnounceRejection');
    expect(valuesOf(writesOf(execution, 'Reject').upload)).toMatchObject({
      ':reason': { M: { code: { S: 'source_changed' } } },
    });
  });
});

describe('a failure of the system', () => {
  it.each([
    ['Inspect', { error: 'Sandbox.Timedout' }, 'inspection_failed'],
    ['Inspect', 'no response', 'inspection_failed'],
    ['Inspect', { output: { Payload: { outcome: 'perhaps' } } }, 'inspection_failed'],
    [
      'Inspect',
      { output: { Payload: { outcome: 'failed', reason: { code: 'daily_output_exceeded' } } } },
      'daily_output_exceeded',
    ],
    ['RecordOwnership', { error: 'DynamoDb.InternalServerErrorException' }, 'ownership_failed'],
    [
      'Transcode',
      { error: 'States.TaskFailed', cause: '{"Job":{"ErrorCode":1401}}' },
      'transcode_failed',
    ],
    ['Transcode', { error: 'MediaConvert.BadRequestException', cause: 'x' }, 'transcode_failed'],
    ['Transcode', { error: 'MediaConvert.ForbiddenException' }, 'transcode_failed'],
    [
      'Transcode',
      { error: 'States.TaskFailed', cause: '{"Job":{"Status":"CANCELED"}}' },
      'transcode_cancelled',
    ],
    [
      'Transcode',
      { error: 'States.TaskFailed', cause: '{"Job":{"Status":"ERROR","ErrorCode":1010}}' },
      'transcode_failed',
    ],
    ['Transcode', 'no response', 'workflow_timed_out'],
    ['Publish', { error: 'OutputsMissing', cause: '{}' }, 'outputs_missing'],
    ['Publish', { error: 'OutputsInvalid', cause: '{}' }, 'outputs_invalid'],
    ['Publish', { error: 'DurationDiffers', cause: '{}' }, 'duration_differs'],
    ['Publish', { error: 'SourceMissing', cause: '{}' }, 'source_missing'],
    ['Publish', { error: 'Runtime.ExitError' }, 'publish_failed'],
  ] as [string, TaskResult, string][])(
    'in %s (%j) has the status failed and the reason %s',
    async (state, result, code) => {
      const execution = await run({ [state]: result });
      expect(execution.states.slice(-3)).toEqual(['RecordFailure', 'AnnounceFailure', 'Failed']);
      expect(execution.end).toMatchObject({ status: 'FAILED', error: code });
      const { upload } = writesOf(execution, 'RecordFailure');
      expect(upload.ConditionExpression).toContain('#execution = :execution');
      expect(valuesOf(upload)).toMatchObject({
        ':failed': { S: 'failed' },
        ':statusShard': { S: 'failed#a' },
        ':reason': { M: { code: { S: code } } },
        ':entry': { L: [{ M: { to: { S: 'failed' }, why: { S: code } } }] },
      });
      expect(argumentsOf(execution, 'AnnounceFailure')).toMatchObject({
        Entries: [{ DetailType: 'Upload Failed', Detail: { data: { reason: { code } } } }],
      });
    },
  );

  it('to inspect in time is retried, and then keeps the source and the bytes', async () => {
    const execution = await run({ Inspect: { error: 'TransientError', cause: '{}' } });
    expect(callsOf(execution, 'Inspect')).toHaveLength(7);
    expect(execution.end).toMatchObject({ status: 'FAILED', error: 'inspection_failed' });
    expect(execution.calls.some(({ resource }) => resource.includes('deleteObject'))).toBe(false);
    // Nothing is returned: the bytes stay with the source until the owner deletes the upload.
    expect(writesOf(execution, 'RecordFailure').quota).toEqual({});
  });

  it('to inspect in time is none if a later attempt is in time', async () => {
    const late = { error: 'TransientError', cause: '{}' };
    const execution = await run({ Inspect: [late, late, accepted] });
    expect(execution.states.at(-1)).toBe('AnnounceReady');
  });

  it.each([
    ['Claim', 'Unrecorded'],
    ['RecordFailure', 'Unrecorded'],
    ['AnnounceFailure', 'Unannounced'],
    ['AnnounceReady', 'Unannounced'],
  ])('that %s cannot recover from ends in %s', async (state, end) => {
    const execution = await run({
      Inspect: state === 'AnnounceReady' ? accepted : { error: 'Lambda.Unknown' },
      [state]: { error: 'Some.AccessDeniedException', cause: 'denied' },
    });
    expect(execution.states.at(-1)).toBe(end);
    expect(execution.end).toMatchObject({ status: 'FAILED', error: end });
  });

  it('to delete a rejected source does not prevent the announcement', async () => {
    const execution = await run({
      Inspect: { output: { Payload: { outcome: 'rejected', reason: { code: 'too_long' } } } },
      DiscardSource: { error: 'S3.S3Exception', cause: 'denied' },
    });
    expect(execution.states.slice(-2)).toEqual(['DiscardSource', 'AnnounceRejection']);
    expect(execution.end).toMatchObject({ status: 'SUCCEEDED' });
  });
});
