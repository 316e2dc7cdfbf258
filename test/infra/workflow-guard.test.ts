import type { Json } from '@reelgate/local-cloud/workflow';
import { EXECUTION, type Failure, simulate } from './simulate-workflow.ts';
import {
  added,
  argumentsOf,
  BUCKET,
  callsOf,
  conditionFailed,
  conflict,
  event,
  item,
  KEY,
  OWNER,
  run,
  SIZE,
  successful,
  transactionConditionFailed,
  UPLOAD,
  writesOf,
} from './workflow-fixtures.ts';

describe('a repeated event', () => {
  it('ends as a duplicate and changes nothing', async () => {
    const execution = await run({
      Claim: conditionFailed,
      ReadClaim: { output: { Item: item({ execution: { S: `${EXECUTION}-other` } }) } },
    });
    expect(execution.states).toEqual(['Claim', 'ReadClaim', 'CheckClaim', 'Duplicate']);
    expect(callsOf(execution, 'Claim')).toHaveLength(1);
    expect(execution.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('continues if the response to the claim of this execution was lost', async () => {
    const execution = await run({
      Claim: [{ error: 'DynamoDb.SdkClientException' }, conditionFailed],
      ReadClaim: { output: { Item: item({ execution: { S: EXECUTION } }) } },
    });
    expect(execution.states.slice(0, 4)).toEqual(['Claim', 'ReadClaim', 'CheckClaim', 'Inspect']);
    expect(execution.states.at(-1)).toBe('AnnounceReady');
    expect(added(writesOf(execution, 'RecordOwnership').quota).usedBytes).toBe(SIZE);
  });

  it.each([`uploads/${OWNER}/${UPLOAD}/other`, 'uploads/x', 'uploads/'])(
    'for an object without a grant (%s) ends as a duplicate',
    async (key) => {
      const stray = { ...event.detail, object: { ...event.detail.object, key } };
      const execution = await simulate(
        { ...event, detail: stray },
        { ...successful, Claim: conditionFailed, ReadClaim: { output: {} } },
      );
      expect(execution.states.at(-1)).toBe('Duplicate');
    },
  );
});

describe('an input that is not an event of the source bucket', () => {
  const { object } = event.detail;
  it.each([
    ['nothing', {}],
    ['no object', { detail: { bucket: { name: BUCKET } } }],
    ['no key', { detail: { bucket: { name: BUCKET }, object: { ...object, key: null } } }],
    [
      'a key that is a number',
      { detail: { bucket: { name: BUCKET }, object: { ...object, key: 7 } } },
    ],
    [
      'a size that is text',
      { detail: { bucket: { name: BUCKET }, object: { ...object, size: '7' } } },
    ],
    ['no etag', { detail: { bucket: { name: BUCKET }, object: { key: KEY, size: 7 } } }],
    ['another bucket', { detail: { bucket: { name: 'elsewhere' }, object } }],
    ['no bucket', { detail: { object } }],
  ] as [string, Json][])(
    '(%s) ends immediately with InputInvalid and calls no service',
    async (_, input) => {
      const execution = await simulate(input, successful);
      expect(execution.states).toEqual(['Claim', 'InputInvalid']);
      expect(execution.calls).toEqual([]);
      expect(execution.end).toMatchObject({ status: 'FAILED', error: 'InputInvalid' });
    },
  );
});

describe('another object at the key of an upload', () => {
  const other = { M: { versionId: { S: 'v0' }, etag: { S: 'abc-2' }, size: { N: '5' } } };
  const found = (status: string) => ({
    Claim: conditionFailed,
    ReadClaim: { output: { Item: item({ status: { S: status }, object: other }) } },
  });

  it.each(['ready', 'rejected', 'failed'])(
    'is deleted if the upload has ended (%s)',
    async (status) => {
      const execution = await run(found(status));
      expect(execution.states.slice(-3)).toEqual(['DiscardLateObject', 'CheckGrant', 'TooLate']);
      expect(argumentsOf(execution, 'DiscardLateObject')).toMatchObject({
        Key: KEY,
        VersionId: 'v1',
      });
    },
  );

  it.each(['validating', 'in_review', 'transcoding'])(
    'is kept while the upload is processed (%s), so that the replacement is detected before publishing',
    async (status) => {
      expect((await run(found(status))).states.at(-1)).toBe('Duplicate');
    },
  );

  it('is kept if it is the claimed version', async () => {
    const same = { M: { ...other.M, versionId: { S: 'v1' } } };
    const execution = await run({
      Claim: conditionFailed,
      ReadClaim: { output: { Item: item({ status: { S: 'ready' }, object: same }) } },
    });
    expect(execution.states.at(-1)).toBe('Duplicate');
  });
});

describe('an upload that was cancelled', () => {
  it.each(['cancelled', 'expired'])(
    'before the event arrived (%s) loses its object',
    async (status) => {
      const execution = await run({
        Claim: conditionFailed,
        ReadClaim: { output: { Item: item({ status: { S: status } }) } },
      });
      expect(execution.states.slice(-3)).toEqual(['DiscardLateObject', 'CheckGrant', 'TooLate']);
      expect(argumentsOf(execution, 'DiscardLateObject')).toEqual({
        Bucket: BUCKET,
        Key: KEY,
        VersionId: 'v1',
      });
    },
  );

  it('keeps its tombstone, whose event a rule that compares ETags may let through', async () => {
    const { object } = event.detail;
    const tombstone = { ...event, detail: { ...event.detail, object: { ...object, size: 0 } } };
    const execution = await simulate(tombstone, {
      ...successful,
      Claim: conditionFailed,
      ReadClaim: { output: { Item: item({ status: { S: 'cancelled' }, method: { S: 'put' } }) } },
    });
    expect(execution.states.at(-1)).toBe('Duplicate');
  });

  it('and whose grant can send the file again refuses it from then on', async () => {
    const cancelled = item({ status: { S: 'cancelled' }, method: { S: 'put' } });
    const execution = await run({
      Claim: conditionFailed,
      ReadClaim: { output: { Item: cancelled } },
    });
    expect(execution.states.slice(-3)).toEqual(['CheckGrant', 'CloseLateSource', 'TooLate']);
    expect(argumentsOf(execution, 'CloseLateSource')).toMatchObject({ Key: KEY, IfNoneMatch: '*' });
  });

  it.each([
    ['RecordOwnership', { error: 'DynamoDb.ThrottlingException' } satisfies Failure],
    ['Transcode', { error: 'States.TaskFailed', cause: '{"status":"CANCELED"}' } satisfies Failure],
  ])('during %s stays cancelled', async (state, failure) => {
    const execution = await run({ [state]: failure, RecordFailure: transactionConditionFailed });
    expect(execution.states.slice(-3)).toEqual(['RecordFailure', 'CheckConflict', 'Superseded']);
    expect(execution.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('during the check of its outputs stays cancelled, and nothing is written', async () => {
    const execution = await run({ Publish: { error: 'NotClaimed', cause: '{}' } });
    expect(execution.states.slice(-2)).toEqual(['Publish', 'Superseded']);
    expect(execution.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('during its rejection stays cancelled, and its bytes are not returned twice', async () => {
    const execution = await run({
      Inspect: { output: { Payload: { outcome: 'rejected', reason: { code: 'too_long' } } } },
      Reject: transactionConditionFailed,
    });
    expect(execution.states.at(-1)).toBe('Superseded');
    expect(callsOf(execution, 'DiscardSource')).toEqual([]);
  });

  it('is distinguished from a permanent conflict', async () => {
    const execution = await run({ Inspect: { error: 'Lambda.Unknown' }, RecordFailure: conflict });
    expect(execution.states.at(-1)).toBe('Unrecorded');
    expect(callsOf(execution, 'RecordFailure').length).toBeGreaterThan(3);
  });
});
