import { quotaDeltas } from '../../core/quota.ts';
import { quotaItemKey, statusShard, uploadItemKey } from '../../core/records.ts';
import type { JsonObject } from '../../local/states/language/json.ts';
import {
  type Answer,
  type Answers,
  type Call,
  EXECUTION,
  type Failure,
  type Walk,
  walk,
} from './walk-workflow.ts';

const UPLOAD = '0198c0de-7b1a-7c3d-9e4f-00000000000a';
const OWNER = 'YXV0aDB8MTc';
const SIZE = 12_345_678_901;
const KEY = `uploads/${OWNER}/${UPLOAD}/source`;

const event = {
  version: '0',
  id: '11111111-2222-3333-4444-555555555555',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '000000000000',
  time: '2026-01-01T00:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:s3:::sources'],
  detail: {
    version: '0',
    bucket: { name: 'sources' },
    object: { key: KEY, size: SIZE, etag: 'abc-3', 'version-id': 'v1', sequencer: '00' },
    'request-id': 'r',
    requester: '000000000000',
    reason: 'CompleteMultipartUpload',
  },
};

const item = (more: JsonObject = {}): JsonObject => ({
  ...Object.fromEntries(Object.entries(uploadItemKey(UPLOAD)).map(([name, S]) => [name, { S }])),
  uploadId: { S: UPLOAD },
  owner: { S: OWNER },
  status: { S: 'validating' },
  objectKey: { S: KEY },
  contentType: { S: 'video/mp4' },
  size: { N: String(SIZE) },
  quota: { S: 'reserved' },
  ...more,
});

const done: Answer = { output: {} };
const job = { UserMetadata: { uploadId: UPLOAD }, Settings: { Inputs: [{}], OutputGroups: [{}] } };
const accepted: Answer = {
  output: { Payload: { verdict: 'accepted', media: { container: 'mp4' }, job, review: false } },
};
const playback = { hls: 'index.m3u8', dash: 'index.mpd' };

/** Everything goes well. */
const well: Answers = {
  Claim: { output: { Attributes: item() } },
  Inspect: accepted,
  RecordOwnership: done,
  AwaitReview: { output: { decision: 'approved' } },
  RecordApproval: done,
  Transcode: { output: { Job: { Id: 'job-1', Status: 'COMPLETE' } } },
  Publish: { output: { Payload: { playback } } },
  Announce: done,
  Reject: done,
  DiscardSource: done,
  AnnounceRejection: done,
  RecordFailure: done,
  AnnounceFailure: done,
  DiscardLateObject: done,
};

const conditionFailed: Failure = {
  error: 'DynamoDb.ConditionalCheckFailedException',
  cause: 'The conditional request failed (Service: DynamoDb, Status Code: 400)',
};
const transactionConditionFailed: Failure = {
  error: 'DynamoDb.TransactionCanceledException',
  cause:
    'Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None] (Service: DynamoDb, Status Code: 400)',
};
const conflict: Failure = {
  error: 'DynamoDb.TransactionCanceledException',
  cause:
    'Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict] (Service: DynamoDb, Status Code: 400)',
};

const go = (changes: Answers = {}) => walk(event, { ...well, ...changes });

function callsOf({ calls }: Walk, state: string): readonly Call[] {
  return calls.filter((call) => call.state === state);
}

function argumentsOf(walked: Walk, state: string): JsonObject {
  const [call] = callsOf(walked, state);
  if (!call) throw new Error(`${state} was not called; called: ${walked.states.join(' → ')}`);
  return call.arguments as JsonObject;
}

/** The writes of a transaction, by what they write on. */
function writesOf(walked: Walk, state: string): { upload: JsonObject; quota: JsonObject } {
  const { TransactItems } = argumentsOf(walked, state) as unknown as {
    TransactItems: { Update: JsonObject }[];
  };
  return { upload: TransactItems[0]?.Update ?? {}, quota: TransactItems[1]?.Update ?? {} };
}

function valuesOf(update: JsonObject): Record<string, unknown> {
  return update.ExpressionAttributeValues as Record<string, unknown>;
}

/** What an ADD expression adds, by attribute. */
function added(update: JsonObject): Record<string, number> {
  const names = (update.ExpressionAttributeNames ?? {}) as Record<string, string>;
  const values = valuesOf(update) as Record<string, { N: string }>;
  const expression = String(update.UpdateExpression).replace(/^ADD /, '');
  return Object.fromEntries(
    expression.split(', ').map((pair) => {
      const [name = '', value = ''] = pair.split(' ');
      return [names[name] ?? name, Number(values[value]?.N)];
    }),
  );
}

const withoutZeros = (deltas: object) =>
  Object.fromEntries(Object.entries(deltas).filter(([, delta]) => delta !== 0));

describe('an accepted video', () => {
  it('is ready in nine states and two invocations', async () => {
    const walked = await go();
    expect(walked.states).toEqual([
      'Claim',
      'Inspect',
      'Route',
      'RecordOwnership',
      'NeedsReview',
      'Transcode',
      'Publish',
      'Announce',
      'Ready',
    ]);
    expect(walked.calls.filter(({ resource }) => resource.endsWith('lambda:invoke'))).toHaveLength(
      2,
    );
    expect(walked.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is claimed by the event’s key, in statuses that wait for it only', async () => {
    const claim = argumentsOf(await go(), 'Claim');
    expect(claim).toMatchObject({
      TableName: 'the-TableName',
      Key: { pk: { S: `UPLOAD#${UPLOAD}` }, sk: { S: 'UPLOAD' } },
      ConditionExpression: 'objectKey = :key AND #status IN (:waiting, :uploaded)',
      ReturnValues: 'ALL_NEW',
    });
    expect(valuesOf(claim)).toMatchObject({
      ':key': { S: KEY },
      ':statusShard': { S: statusShard('validating', 'a') },
      ':now': { S: '2026-01-01T00:00:00.000Z' },
      ':object': { M: { etag: { S: 'abc-3' }, size: { N: String(SIZE) }, versionId: { S: 'v1' } } },
      ':execution': { S: EXECUTION },
      ':entry': {
        L: [
          {
            M: {
              at: { S: '2026-01-01T00:00:00.000Z' },
              to: { S: 'validating' },
              by: { S: 'workflow' },
            },
          },
        ],
      },
    });
  });

  it('is inspected in the version that was announced', async () => {
    expect(argumentsOf(await go(), 'Inspect')).toEqual({
      FunctionName: 'the-InspectMediaFunctionArn',
      Payload: {
        uploadId: UPLOAD,
        bucket: 'sources',
        key: KEY,
        versionId: 'v1',
        etag: 'abc-3',
        size: SIZE,
        declared: { contentType: 'video/mp4', size: SIZE },
      },
    });
  });

  it('turns reserved bytes into used ones, as core/quota.ts says', async () => {
    const { upload, quota } = writesOf(await go(), 'RecordOwnership');
    expect(upload.ConditionExpression).toBe(
      '#status = :validating AND #execution = :execution AND #quota = :reserved',
    );
    expect(valuesOf(upload)).toMatchObject({
      ':next': { S: 'transcoding' },
      ':statusShard': { S: 'transcoding#a' },
      ':media': { S: '{"container":"mp4"}' },
      ':used': { S: 'used' },
    });
    const { pk, sk } = quotaItemKey(OWNER);
    expect(quota.Key).toEqual({ pk: { S: pk }, sk: { S: sk } });
    expect(added(quota)).toEqual(withoutZeros(quotaDeltas('reserved', 'used', SIZE)));
  });

  it('gives MediaConvert the job, the role, and a token against a second job', async () => {
    expect(argumentsOf(await go(), 'Transcode')).toEqual({
      ...job,
      Role: 'the-MediaConvertRoleArn',
      ClientRequestToken: UPLOAD,
    });
  });

  it('is published under its execution and announced with its playback', async () => {
    const walked = await go();
    expect(argumentsOf(walked, 'Publish')).toEqual({
      FunctionName: 'the-PublishVideoFunctionArn',
      Payload: { uploadId: UPLOAD, execution: EXECUTION, jobId: 'job-1' },
    });
    expect(argumentsOf(walked, 'Announce')).toEqual({
      Entries: [
        {
          Source: 'reelgate',
          DetailType: 'Video Ready',
          EventBusName: 'default',
          Detail: {
            metadata: {
              id: `${UPLOAD}/Announce/one`,
              version: '1',
              time: '2026-01-01T00:00:00.000Z',
            },
            data: { uploadId: UPLOAD, owner: OWNER, playback },
          },
        },
      ],
    });
  });

  it('is ready without a version id too, where a bucket gives none', async () => {
    const { 'version-id': _, ...object } = event.detail.object;
    const walked = await walk({ ...event, detail: { ...event.detail, object } }, well);
    expect(walked.states.at(-1)).toBe('Ready');
    expect(argumentsOf(walked, 'Inspect').Payload).not.toHaveProperty('versionId');
  });

  it('survives throttling and conflicts in every task', async () => {
    const passing: Record<string, Failure> = {
      Claim: { error: 'DynamoDb.ProvisionedThroughputExceededException' },
      Inspect: { error: 'Lambda.TooManyRequestsException' },
      RecordOwnership: conflict,
      Transcode: { error: 'MediaConvert.TooManyRequestsException' },
      Publish: { error: 'PassingFault' },
      Announce: { error: 'EventBridge.FailedEntry' },
    };
    const answers = Object.fromEntries(
      Object.entries(passing).map(([state, failure]) => [
        state,
        [failure, failure, well[state] as Answer],
      ]),
    );
    const walked = await go(answers);
    expect(walked.states.at(-1)).toBe('Ready');
    for (const state of Object.keys(passing)) expect(callsOf(walked, state)).toHaveLength(3);
  });

  it('writes the same transaction under the same token when it tries again', async () => {
    const walked = await go({ RecordOwnership: [conflict, { error: 'States.Timeout' }, done] });
    const calls = callsOf(walked, 'RecordOwnership').map((call) => JSON.stringify(call.arguments));
    expect(calls).toHaveLength(3);
    expect(new Set(calls).size).toBe(1);
    expect(argumentsOf(walked, 'RecordOwnership').ClientRequestToken).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('a rejected video', () => {
  const reason = { code: 'too_long', detail: '7 h, at most 6 h' };
  const rejected: Answers = { Inspect: { output: { Payload: { verdict: 'rejected', reason } } } };

  it('gives the bytes back, discards the source and is announced', async () => {
    const walked = await go(rejected);
    expect(walked.states).toEqual([
      'Claim',
      'Inspect',
      'Route',
      'Reject',
      'DiscardSource',
      'AnnounceRejection',
      'Rejected',
    ]);
    expect(walked.end).toMatchObject({ status: 'SUCCEEDED' });
    const { upload, quota } = writesOf(walked, 'Reject');
    expect(valuesOf(upload)).toMatchObject({
      ':rejected': { S: 'rejected' },
      ':statusShard': { S: 'rejected#a' },
      ':quota': { S: 'reserved' },
      ':reason': { M: { code: { S: reason.code }, detail: { S: reason.detail } } },
      ':entry': { L: [{ M: { to: { S: 'rejected' }, why: { S: reason.code } } }] },
    });
    expect(added(quota)).toEqual(withoutZeros(quotaDeltas('reserved', 'returned', SIZE)));
    expect(argumentsOf(walked, 'DiscardSource')).toEqual({
      Bucket: 'sources',
      Key: KEY,
      VersionId: 'v1',
    });
    expect(argumentsOf(walked, 'AnnounceRejection')).toMatchObject({
      Entries: [{ DetailType: 'Upload Rejected', Detail: { data: { reason } } }],
    });
  });

  it('may have a reason without detail', async () => {
    const walked = await go({
      Inspect: { output: { Payload: { verdict: 'rejected', reason: { code: 'not_a_video' } } } },
    });
    expect(valuesOf(writesOf(walked, 'Reject').upload)[':reason']).toEqual({
      M: { code: { S: 'not_a_video' } },
    });
    expect(walked.states.at(-1)).toBe('Rejected');
  });

  it.each([1010, 1020, 1030, 1076])('is one that MediaConvert cannot read (%i)', async (code) => {
    const cause = JSON.stringify({
      Job: { Id: 'j', Status: 'ERROR', ErrorCode: code, ErrorMessage: 'x' },
    });
    const walked = await go({ Transcode: { error: 'States.TaskFailed', cause } });
    expect(walked.states.slice(-5)).toEqual([
      'JudgeJob',
      'Reject',
      'DiscardSource',
      'AnnounceRejection',
      'Rejected',
    ]);
    const { upload, quota } = writesOf(walked, 'Reject');
    expect(valuesOf(upload)).toMatchObject({
      ':quota': { S: 'used' },
      ':reason': {
        M: { code: { S: 'transcode_rejected' }, detail: { S: `MediaConvert error ${code}` } },
      },
    });
    expect(added(quota)).toMatchObject(withoutZeros(quotaDeltas('used', 'returned', SIZE)));
    expect(added(quota).activeUploads).toBe(0);
  });

  it.each([
    ['Inspect', 'ObjectChanged'],
    ['Publish', 'SourceChanged'],
  ])('is one whose source was replaced before %s', async (state, error) => {
    const walked = await go({ [state]: { error, cause: '{}' } });
    expect(walked.states.at(-1)).toBe('Rejected');
    expect(valuesOf(writesOf(walked, 'Reject').upload)).toMatchObject({
      ':reason': { M: { code: { S: 'source_changed' } } },
    });
  });
});

describe('a failure on our side', () => {
  it.each([
    ['Inspect', { error: 'Sandbox.Timedout' }, 'inspection_failed'],
    ['Inspect', 'silence', 'inspection_failed'],
    ['Inspect', { output: { Payload: { verdict: 'perhaps' } } }, 'inspection_failed'],
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
    ['Transcode', 'silence', 'workflow_timed_out'],
    ['Publish', { error: 'OutputsMissing', cause: '{}' }, 'outputs_missing'],
    ['Publish', { error: 'OutputsInvalid', cause: '{}' }, 'outputs_invalid'],
    ['Publish', { error: 'DurationDiffers', cause: '{}' }, 'duration_differs'],
    ['Publish', { error: 'SourceMissing', cause: '{}' }, 'source_missing'],
    ['Publish', { error: 'Runtime.ExitError' }, 'publish_failed'],
  ] as [string, Answer, string][])('in %s (%j) ends as failed: %s', async (state, answer, code) => {
    const walked = await go({ [state]: answer });
    expect(walked.states.slice(-3)).toEqual(['RecordFailure', 'AnnounceFailure', 'Failed']);
    expect(walked.end).toMatchObject({ status: 'FAILED', error: code });
    const { upload } = writesOf(walked, 'RecordFailure');
    expect(upload.ConditionExpression).toContain('#execution = :execution');
    expect(valuesOf(upload)).toMatchObject({
      ':failed': { S: 'failed' },
      ':statusShard': { S: 'failed#a' },
      ':reason': { M: { code: { S: code } } },
      ':entry': { L: [{ M: { to: { S: 'failed' }, why: { S: code } } }] },
    });
    expect(argumentsOf(walked, 'AnnounceFailure')).toMatchObject({
      Entries: [{ DetailType: 'Upload Failed', Detail: { data: { reason: { code } } } }],
    });
  });

  it.each([
    ['Claim', 'Unrecorded'],
    ['RecordFailure', 'Unrecorded'],
    ['AnnounceFailure', 'Unannounced'],
    ['Announce', 'Unannounced'],
    ['DiscardSource', 'Undiscarded'],
  ])('that %s cannot get over is a named end', async (state, end) => {
    const walked = await go({
      Inspect: state === 'Announce' ? accepted : { error: 'Lambda.Unknown' },
      ...(state === 'DiscardSource' && {
        Inspect: { output: { Payload: { verdict: 'rejected', reason: { code: 'too_long' } } } },
      }),
      [state]: { error: 'Some.AccessDeniedException', cause: 'denied' },
    });
    expect(walked.states.at(-1)).toBe(end);
    expect(walked.end).toMatchObject({ status: 'FAILED', error: end });
  });
});

describe('an event that comes again', () => {
  it('ends as a duplicate and touches nothing', async () => {
    const walked = await go({
      Claim: conditionFailed,
      ReadClaim: { output: { Item: item({ execution: { S: `${EXECUTION}-other` } }) } },
    });
    expect(walked.states).toEqual(['Claim', 'ReadClaim', 'JudgeClaim', 'Duplicate']);
    expect(callsOf(walked, 'Claim')).toHaveLength(1);
    expect(walked.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('goes on where this execution’s own claim lost its answer', async () => {
    const walked = await go({
      Claim: [{ error: 'DynamoDb.SdkClientException' }, conditionFailed],
      ReadClaim: { output: { Item: item({ execution: { S: EXECUTION } }) } },
    });
    expect(walked.states.slice(0, 4)).toEqual(['Claim', 'ReadClaim', 'JudgeClaim', 'Inspect']);
    expect(walked.states.at(-1)).toBe('Ready');
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
        Bucket: 'sources',
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
    expect(walked.states.slice(-3)).toEqual(['RecordFailure', 'JudgeConflict', 'Superseded']);
    expect(walked.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('while its outputs were checked stays cancelled, and nothing is written', async () => {
    const walked = await go({ Publish: { error: 'NotClaimed', cause: '{}' } });
    expect(walked.states.slice(-2)).toEqual(['Publish', 'Superseded']);
    expect(walked.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('while it was being rejected stays cancelled, and its bytes are not returned twice', async () => {
    const walked = await go({
      Inspect: { output: { Payload: { verdict: 'rejected', reason: { code: 'too_long' } } } },
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

describe('with review on', () => {
  const review: Answers = {
    Inspect: {
      output: { Payload: { verdict: 'accepted', media: { container: 'mp4' }, job, review: true } },
    },
  };

  it('an approved video is transcoded, and its token is forgotten', async () => {
    const walked = await go(review);
    expect(walked.states.slice(3, 9)).toEqual([
      'RecordOwnership',
      'NeedsReview',
      'AwaitReview',
      'JudgeReview',
      'RecordApproval',
      'Transcode',
    ]);
    expect(valuesOf(writesOf(walked, 'RecordOwnership').upload)).toMatchObject({
      ':next': { S: 'in_review' },
      ':statusShard': { S: 'in_review#a' },
    });
    expect(valuesOf(argumentsOf(walked, 'AwaitReview'))[':token']).toEqual({
      S: expect.stringMatching(/.{10,}/),
    });
    expect(writesOf(walked, 'RecordApproval').upload.UpdateExpression).toMatch(
      /REMOVE reviewToken$/,
    );
    expect(walked.states.at(-1)).toBe('Ready');
  });

  it.each([
    [{ output: { decision: 'rejected', detail: 'violence' } }, 'review_rejected', 'violence'],
    ['silence', 'review_timed_out', 'Nobody decided within seven days.'],
  ] as [Answer, string, string][])('%j ends as rejected', async (AwaitReview, code, detail) => {
    const walked = await go({ ...review, AwaitReview });
    expect(walked.states.at(-1)).toBe('Rejected');
    const { upload, quota } = writesOf(walked, 'Reject');
    expect(valuesOf(upload)[':reason']).toEqual({
      M: { code: { S: code }, detail: { S: detail } },
    });
    expect(added(quota).usedBytes).toBe(-SIZE);
  });

  it('an answer that decides nothing ends as failed', async () => {
    const walked = await go({ ...review, AwaitReview: { output: {} } });
    expect(walked.end).toMatchObject({ status: 'FAILED', error: 'workflow_failed' });
  });
});

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
      'JudgeClaim',
      'TakeOver',
      'Resume',
      'Publish',
      'Announce',
      'Ready',
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
    expect(walked.states.at(-1)).toBe('Rejected');
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
