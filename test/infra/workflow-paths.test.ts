import { quotaDeltas } from '../../core/quota.ts';
import { quotaItemKey, statusShard } from '../../core/records.ts';
import { type Answer, type Answers, EXECUTION, type Failure, walk } from './walk-workflow.ts';
import {
  accepted,
  added,
  argumentsOf,
  callsOf,
  conditionFailed,
  conflict,
  done,
  event,
  go,
  item,
  job,
  KEY,
  OWNER,
  playback,
  SIZE,
  transactionConditionFailed,
  UPLOAD,
  valuesOf,
  well,
  withoutZeros,
  writesOf,
} from './workflow-fixtures.ts';

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
