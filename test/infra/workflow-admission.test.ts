import { quotaItemKey, SLOTS_KEY } from '../../core/uploads/records.ts';
import { EXECUTION, type Failure, type TaskResults } from './simulate-workflow.ts';
import { definitionText } from './workflow-definition.ts';
import {
  argumentsOf,
  callsOf,
  conflict,
  job,
  OWNER,
  run,
  successful,
  transactionConditionFailed,
  UPLOAD,
  valuesOf,
  writesOf,
} from './workflow-fixtures.ts';

const review: TaskResults = {
  Inspect: {
    output: { Payload: { outcome: 'accepted', media: { container: 'mp4' }, job, review: true } },
  },
};
const asked = { Key: { pk: { S: SLOTS_KEY.pk }, sk: { S: SLOTS_KEY.sk } } };

describe('a video', () => {
  it.each([
    ['RecordOwnership', {}],
    ['RecordApproval', review],
  ] as const)('takes a slot in %s, where nobody waits and a slot is free', async (state, more) => {
    const { quota, slots } = writesOf(await run(more), state);
    const { pk, sk } = quotaItemKey(OWNER);
    expect(quota).toMatchObject({
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: expect.stringMatching(/jobs :upload$/),
      ConditionExpression:
        '(attribute_not_exists(jobs) OR size(jobs) < :jobsAtOncePerOwner) AND (attribute_not_exists(waitingJobs) OR waitingJobs = :none)',
    });
    expect(valuesOf(quota)).toMatchObject({
      ':upload': { SS: [UPLOAD] },
      ':jobsAtOncePerOwner': { N: '5' },
    });
    expect(slots).toMatchObject({
      ...asked,
      UpdateExpression: 'ADD holders :upload',
      ConditionExpression:
        '(attribute_not_exists(holders) OR size(holders) < :jobsAtOnce) AND (attribute_not_exists(waitingOwners) OR waitingOwners = :none)',
    });
    expect(valuesOf(slots)).toEqual({
      ':upload': { SS: [UPLOAD] },
      ':jobsAtOnce': { N: '20' },
      ':none': { N: '0' },
    });
  });

  it('takes no slot with a limit of 0: then a missing set has no room', () => {
    const expression = /"ConditionExpression": "(\{%.*JobsAtOnce.*%\})"/.exec(definitionText)?.[1];
    expect(expression).toContain(
      '($' + "{JobsAtOnce} > 0 ? 'attribute_not_exists(holders) OR ' : '')",
    );
  });

  it.each([
    ['a slot is missing', transactionConditionFailed],
    ['another write conflicts', conflict],
  ])('asks once for a slot, with a task token, if %s', async (_, failure) => {
    const execution = await run({ RecordOwnership: failure });
    expect(execution.states.slice(3, 6)).toEqual(['RecordOwnership', 'AwaitSlot', 'Transcode']);
    expect(callsOf(execution, 'RecordOwnership')).toHaveLength(1);
    expect(argumentsOf(execution, 'AwaitSlot')).toEqual({
      FunctionName: 'the-AdmitUploadFunctionArn',
      Payload: {
        uploadId: UPLOAD,
        execution: EXECUTION,
        token: expect.stringMatching(/.{10,}/),
        attempt: '2026-01-01T00:00:00.000Z#000',
        refused: false,
        media: '{"container":"mp4"}',
      },
    });
    expect(execution.states.at(-1)).toBe('AnnounceReady');
  });

  it('asks for a slot after its approval too', async () => {
    const execution = await run({ ...review, RecordApproval: conflict });
    expect(execution.states.slice(6, 9)).toEqual(['RecordApproval', 'AwaitSlot', 'Transcode']);
    expect(argumentsOf(execution, 'AwaitSlot').Payload).toMatchObject({ refused: false });
  });

  it('asks with a later attempt when the state is repeated', async () => {
    const execution = await run({
      RecordOwnership: conflict,
      AwaitSlot: [{ error: 'Lambda.SdkClientException' }, { output: {} }],
    });
    const attempts = callsOf(execution, 'AwaitSlot').map(
      (call) => (call.arguments as { Payload: { attempt: string } }).Payload.attempt,
    );
    expect(attempts).toEqual(['2026-01-01T00:00:00.000Z#000', '2026-01-01T00:00:00.000Z#001']);
  });
});

describe('a job that MediaConvert refuses for its rate or its quota', () => {
  it.each(['MediaConvert.TooManyRequestsException', 'MediaConvert.ServiceQuotaExceededException'])(
    'is waited for after four retries (%s)',
    async (error) => {
      const refused: Failure = { error };
      const execution = await run({
        Transcode: [
          refused,
          refused,
          refused,
          refused,
          refused,
          successful.Transcode as Exclude<TaskResults[string], readonly unknown[]>,
        ],
      });
      expect(execution.states.slice(3, 7)).toEqual([
        'RecordOwnership',
        'Transcode',
        'AwaitSlot',
        'Transcode',
      ]);
      expect(argumentsOf(execution, 'AwaitSlot').Payload).toMatchObject({ refused: true });
      expect(execution.states.at(-1)).toBe('AnnounceReady');
    },
  );
});

describe('an upload that waits for a slot', () => {
  it('fails with a reason of its own if no job can be started for 14 days', async () => {
    const execution = await run({ RecordOwnership: conflict, AwaitSlot: 'no response' });
    expect(execution.end).toMatchObject({ status: 'FAILED', error: 'capacity_timed_out' });
    expect(execution.states.slice(-3)).toEqual(['RecordFailure', 'AnnounceFailure', 'Failed']);
  });

  it('is given up by an execution that no longer has it', async () => {
    const execution = await run({
      RecordOwnership: conflict,
      AwaitSlot: { error: 'NotClaimed', cause: '{}' },
    });
    expect(execution.states.slice(-2)).toEqual(['AwaitSlot', 'Superseded']);
    expect(execution.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('fails if the function that admits it fails', async () => {
    const execution = await run({ RecordOwnership: conflict, AwaitSlot: { error: 'ItemInvalid' } });
    expect(execution.end).toMatchObject({ status: 'FAILED', error: 'workflow_failed' });
  });

  it('returns its used bytes if it is rejected afterwards', async () => {
    const cause = '{"ErrorCode": 1020, "errorCode": 1020}';
    const execution = await run({
      RecordOwnership: conflict,
      Transcode: { error: 'States.TaskFailed', cause },
    });
    expect(valuesOf(writesOf(execution, 'Reject').upload)).toMatchObject({
      ':quota': { S: 'used' },
    });
  });
});
