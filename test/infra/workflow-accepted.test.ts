import { quotaDeltas } from '../../core/quota/quota.ts';
import { quotaItemKey, statusShard } from '../../core/uploads/records.ts';
import { EXECUTION, type Failure, simulate, type TaskResult } from './simulate-workflow.ts';
import {
  added,
  argumentsOf,
  BUCKET,
  callsOf,
  done,
  event,
  job,
  KEY,
  OWNER,
  playback,
  run,
  SIZE,
  successful,
  UPLOAD,
  valuesOf,
  withoutZeros,
  writesOf,
} from './workflow-fixtures.ts';

describe('an accepted video', () => {
  it('becomes ready after seven states and two function invocations', async () => {
    const execution = await run();
    expect(execution.states).toEqual([
      'Claim',
      'Inspect',
      'Route',
      'RecordOwnership',
      'Transcode',
      'Publish',
      'AnnounceReady',
    ]);
    expect(
      execution.calls.filter(({ resource }) => resource.endsWith('lambda:invoke')),
    ).toHaveLength(2);
    expect(execution.end).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('is claimed by the key of the event, only if it is waiting or uploaded', async () => {
    const claim = argumentsOf(await run(), 'Claim');
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

  it('is inspected in the version of the event', async () => {
    expect(argumentsOf(await run(), 'Inspect')).toEqual({
      FunctionName: 'the-InspectMediaFunctionArn',
      Payload: {
        uploadId: UPLOAD,
        bucket: BUCKET,
        key: KEY,
        versionId: 'v1',
        etag: 'abc-3',
        size: SIZE,
        declared: { contentType: 'video/mp4', size: SIZE },
      },
    });
  });

  it('converts reserved bytes to used bytes, as core/quota/quota.ts defines', async () => {
    const { upload, quota } = writesOf(await run(), 'RecordOwnership');
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

  it('passes the job, the role and an idempotency token to MediaConvert', async () => {
    expect(argumentsOf(await run(), 'Transcode')).toEqual({
      ...job,
      Role: 'the-MediaConvertRoleArn',
      ClientRequestToken: UPLOAD,
      UserMetadata: { uploadId: UPLOAD, attempt: '1' },
    });
  });

  it('is published by its execution and announced with its playback', async () => {
    const execution = await run();
    expect(argumentsOf(execution, 'Publish')).toEqual({
      FunctionName: 'the-PublishVideoFunctionArn',
      Payload: { uploadId: UPLOAD, execution: EXECUTION, jobId: 'job-1' },
    });
    expect(argumentsOf(execution, 'AnnounceReady')).toEqual({
      Entries: [
        {
          Source: 'reelgate',
          DetailType: 'Video Ready',
          EventBusName: 'default',
          Detail: {
            metadata: {
              id: `${UPLOAD}/3`,
              sequence: 3,
              version: '1',
              time: '2026-01-01T00:00:00.000Z',
            },
            data: { uploadId: UPLOAD, owner: OWNER, playback },
          },
        },
      ],
    });
  });

  it('becomes ready if the event has no version id', async () => {
    const { 'version-id': _, ...object } = event.detail.object;
    const execution = await simulate({ ...event, detail: { ...event.detail, object } }, successful);
    expect(execution.states.at(-1)).toBe('AnnounceReady');
    expect(argumentsOf(execution, 'Inspect').Payload).not.toHaveProperty('versionId');
  });

  it('becomes ready despite throttling in every task', async () => {
    const passing: Record<string, Failure> = {
      Claim: { error: 'DynamoDb.ProvisionedThroughputExceededException' },
      Inspect: { error: 'Lambda.TooManyRequestsException' },
      RecordOwnership: { error: 'DynamoDb.ThrottlingException' },
      Transcode: { error: 'MediaConvert.TooManyRequestsException' },
      Publish: { error: 'TransientError' },
      AnnounceReady: { error: 'EventBridge.FailedEntry' },
    };
    const results = Object.fromEntries(
      Object.entries(passing).map(([state, failure]) => [
        state,
        [failure, failure, successful[state] as TaskResult],
      ]),
    );
    const execution = await run(results);
    expect(execution.states.at(-1)).toBe('AnnounceReady');
    for (const state of Object.keys(passing)) expect(callsOf(execution, state)).toHaveLength(3);
  });

  it('retries a transaction with the same client request token', async () => {
    const execution = await run({
      RecordOwnership: [
        { error: 'DynamoDb.ThrottlingException' },
        { error: 'States.Timeout' },
        done,
      ],
    });
    const calls = callsOf(execution, 'RecordOwnership').map((call) =>
      JSON.stringify(call.arguments),
    );
    expect(calls).toHaveLength(3);
    expect(new Set(calls).size).toBe(1);
    expect(argumentsOf(execution, 'RecordOwnership').ClientRequestToken).toMatch(/^[0-9a-f]{32}$/);
  });
});
