import type { Json } from '@reelgate/local-cloud/workflow';
import { EXECUTION, type Failure, walk } from './walk-workflow.ts';
import {
  added,
  argumentsOf,
  BUCKET,
  callsOf,
  conditionFailed,
  conflict,
  event,
  go,
  item,
  KEY,
  OWNER,
  SIZE,
  transactionConditionFailed,
  UPLOAD,
  well,
  writesOf,
} from './workflow-fixtures.ts';

describe('an event that comes again', () => {
  it('ends as a duplicate and touches nothing', async () => {
    const walked = await go({
      Claim: conditionFailed,
      ReadClaim: { output: { Item: item({ execution: { S: `${EXECUTION}-other` } }) } },
    });
    expect(walked.states).toEqual(['Claim', 'ReadClaim', 'CheckClaim', 'Duplicate']);
    expect(callsOf(walked, 'Claim')).toHaveLength(1);
    expect(walked.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('goes on where this execution’s own claim lost its answer', async () => {
    const walked = await go({
      Claim: [{ error: 'DynamoDb.SdkClientException' }, conditionFailed],
      ReadClaim: { output: { Item: item({ execution: { S: EXECUTION } }) } },
    });
    expect(walked.states.slice(0, 4)).toEqual(['Claim', 'ReadClaim', 'CheckClaim', 'Inspect']);
    expect(walked.states.at(-1)).toBe('AnnounceReady');
    expect(added(writesOf(walked, 'RecordOwnership').quota).usedBytes).toBe(SIZE);
  });

  it.each([`uploads/${OWNER}/${UPLOAD}/other`, 'uploads/x', 'uploads/'])(
    'for an object that nobody was granted (%s) ends as a duplicate',
    async (key) => {
      const stray = { ...event.detail, object: { ...event.detail.object, key } };
      const walked = await walk(
        { ...event, detail: stray },
        { ...well, Claim: conditionFailed, ReadClaim: { output: {} } },
      );
      expect(walked.states.at(-1)).toBe('Duplicate');
    },
  );
});

describe('an input that is no event of the source bucket', () => {
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
  ] as [string, Json][])('(%s) ends at once, named, and calls nothing', async (_, input) => {
    const walked = await walk(input, well);
    expect(walked.states).toEqual(['Claim', 'InputInvalid']);
    expect(walked.calls).toEqual([]);
    expect(walked.end).toMatchObject({ status: 'FAILED', error: 'InputInvalid' });
  });
});

describe('another object at the key of an upload', () => {
  const other = { M: { versionId: { S: 'v0' }, etag: { S: 'abc-2' }, size: { N: '5' } } };
  const found = (status: string) => ({
    Claim: conditionFailed,
    ReadClaim: { output: { Item: item({ status: { S: status }, object: other }) } },
  });

  it.each(['ready', 'rejected', 'failed'])('is thrown away after its end (%s)', async (status) => {
    const walked = await go(found(status));
    expect(walked.states.slice(-2)).toEqual(['DiscardLateObject', 'TooLate']);
    expect(argumentsOf(walked, 'DiscardLateObject')).toMatchObject({ Key: KEY, VersionId: 'v1' });
  });

  it.each(['validating', 'in_review', 'transcoding'])(
    'stays while it is at work (%s), so that its replacement is seen before it is published',
    async (status) => {
      expect((await go(found(status))).states.at(-1)).toBe('Duplicate');
    },
  );

  it('is none where it is the version that was claimed', async () => {
    const same = { M: { ...other.M, versionId: { S: 'v1' } } };
    const walked = await go({
      Claim: conditionFailed,
      ReadClaim: { output: { Item: item({ status: { S: 'ready' }, object: same }) } },
    });
    expect(walked.states.at(-1)).toBe('Duplicate');
  });
});

describe('an upload cancelled', () => {
  it.each(['cancelled', 'expired'])(
    'before its object was announced (%s) loses the object',
    async (status) => {
      const walked = await go({
        Claim: conditionFailed,
        ReadClaim: { output: { Item: item({ status: { S: status } }) } },
      });
      expect(walked.states.slice(-2)).toEqual(['DiscardLateObject', 'TooLate']);
      expect(argumentsOf(walked, 'DiscardLateObject')).toEqual({
        Bucket: BUCKET,
        Key: KEY,
        VersionId: 'v1',
      });
    },
  );

  it.each([
    ['RecordOwnership', transactionConditionFailed],
    ['Transcode', { error: 'States.TaskFailed', cause: '{"status":"CANCELED"}' } satisfies Failure],
  ])('while %s was at work stays cancelled', async (state, failure) => {
    const walked = await go({ [state]: failure, RecordFailure: transactionConditionFailed });
    expect(walked.states.slice(-3)).toEqual(['RecordFailure', 'CheckConflict', 'Superseded']);
    expect(walked.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('while its outputs were checked stays cancelled, and nothing is written', async () => {
    const walked = await go({ Publish: { error: 'NotClaimed', cause: '{}' } });
    expect(walked.states.slice(-2)).toEqual(['Publish', 'Superseded']);
    expect(walked.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('while it was being rejected stays cancelled, and its bytes are not returned twice', async () => {
    const walked = await go({
      Inspect: { output: { Payload: { outcome: 'rejected', reason: { code: 'too_long' } } } },
      Reject: transactionConditionFailed,
    });
    expect(walked.states.at(-1)).toBe('Superseded');
    expect(callsOf(walked, 'DiscardSource')).toEqual([]);
  });

  it('is told from a conflict that does not end', async () => {
    const walked = await go({ Inspect: { error: 'Lambda.Unknown' }, RecordFailure: conflict });
    expect(walked.states.at(-1)).toBe('Unrecorded');
    expect(callsOf(walked, 'RecordFailure').length).toBeGreaterThan(3);
  });
});
