import { type Answer, type Failure, walk } from './walk-workflow.ts';
import { tasks } from './workflow-definition.ts';
import { accepted, callsOf, event, go, well } from './workflow-fixtures.ts';

/**
 * What is tried again follows from what a task calls, and is the same wherever it calls that.
 *
 * A call of a service is tried again whatever its error, but for errors that stay the same however often it is
 * made. DynamoDB's errors without a name of their own are a denied or malformed call or a rare 503
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html): those a little.
 *
 * Where `States.TaskFailed` may be a result (of a function, a job, a moderator), only what is known to pass is.
 */
const again = (ErrorEquals: readonly string[], MaxAttempts: number, IntervalSeconds = 1) => ({
  ErrorEquals,
  IntervalSeconds,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
  MaxAttempts,
});
const never = (...errors: readonly string[]) => ({
  ErrorEquals: [...errors, 'States.QueryEvaluationError', 'States.Permissions'],
  MaxAttempts: 0,
});
const ANY_ERROR = ['States.TaskFailed', 'States.Timeout'];
const NO_TABLE = 'DynamoDb.ResourceNotFoundException';
const UNNAMED = again(['DynamoDb.DynamoDbException'], 2);

const RETRIES: Readonly<Record<string, readonly object[]>> = {
  'aws-sdk:dynamodb:updateItem': [
    never('DynamoDb.ConditionalCheckFailedException', NO_TABLE),
    UNNAMED,
    again(ANY_ERROR, 6),
  ],
  'aws-sdk:dynamodb:getItem': [never(NO_TABLE), UNNAMED, again(ANY_ERROR, 6)],
  'aws-sdk:dynamodb:transactWriteItems': [
    never(NO_TABLE, 'DynamoDb.IdempotentParameterMismatchException'),
    UNNAMED,
    // A condition that failed and a conflict that passes have one name; a thousand uploads of one owner that come at
    // once conflict for a minute or two, since each books on the one quota item.
    again(['DynamoDb.TransactionCanceledException'], 10),
    again(ANY_ERROR, 6),
  ],
  'aws-sdk:s3:deleteObject': [never(), again(ANY_ERROR, 6)],
  'events:putEvents': [never(), again(ANY_ERROR, 8)],
  'lambda:invoke': [
    // Has no effect, and lasts as long as others hold the account's share, which is small where the account is new.
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    again(['Lambda.TooManyRequestsException'], 20),
    again(
      [
        'Lambda.ClientExecutionTimeoutException',
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.SdkClientException',
        'TransientError',
      ],
      6,
    ),
    // The environment has died: another may live, unless it is the file that kills them.
    again(['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout', 'States.Timeout'], 3),
  ],
  'aws-sdk:dynamodb:updateItem.waitForTaskToken': [
    UNNAMED,
    again(
      [
        'DynamoDb.ProvisionedThroughputExceededException',
        'DynamoDb.RequestLimitExceededException',
        'DynamoDb.ThrottlingException',
        'DynamoDb.InternalServerErrorException',
        'DynamoDb.SdkClientException',
      ],
      6,
    ),
  ],
  'mediaconvert:createJob.sync': [
    again(['MediaConvert.TooManyRequestsException'], 8, 2),
    // The job may exist: MediaConvert knows its token for a minute, so the last attempt comes before.
    again(
      [
        'MediaConvert.InternalServerErrorException',
        'MediaConvert.ServiceUnavailableException',
        'MediaConvert.SdkClientException',
      ],
      4,
      2,
    ),
  ],
};

describe('a task', () => {
  it.each(tasks)('%s is tried again as every task that makes the same call', (_, task) => {
    expect(task.Retry).toEqual(RETRIES[(task.Resource ?? '').replace('arn:aws:states:::', '')]);
  });

  it('that a rule is here for exists', () => {
    const called = new Set(tasks.map(([, { Resource = '' }]) => Resource));
    expect(
      Object.keys(RETRIES)
        .map((call) => `arn:aws:states:::${call}`)
        .sort(),
    ).toEqual([...called].sort());
  });
});

describe('an error', () => {
  const attempts = async (state: string, failure: Failure) => {
    const walked = await go({ [state]: failure });
    return callsOf(walked, state).length;
  };

  it.each([
    ['Claim', 'DynamoDb.ResourceNotFoundException', 1],
    ['Claim', 'DynamoDb.DynamoDbException', 3],
    ['Claim', 'DynamoDb.ThrottlingException', 7],
    ['Claim', 'States.Permissions', 1],
    ['RecordOwnership', 'DynamoDb.IdempotentParameterMismatchException', 1],
    ['RecordOwnership', 'DynamoDb.InternalServerErrorException', 7],
    ['Inspect', 'StepInputInvalid', 1],
    ['Inspect', 'Runtime.ExitError', 4],
    ['Inspect', 'Lambda.ServiceException', 7],
    ['Inspect', 'Lambda.TooManyRequestsException', 21],
    ['Transcode', 'MediaConvert.BadRequestException', 1],
    ['Transcode', 'MediaConvert.TooManyRequestsException', 9],
    ['Transcode', 'MediaConvert.SdkClientException', 5],
    ['AnnounceReady', 'States.Permissions', 1],
    ['AnnounceReady', 'EventBridge.FailedEntry', 9],
  ])('in %s by the name %s is met with %i attempts', async (state, error, times) => {
    expect(await attempts(state, { error, cause: '{}' })).toBe(times);
  });

  it('of an expression is not met with another attempt', async () => {
    const noJob: Answer = { output: { Payload: { outcome: 'accepted', media: {} } } };
    const walked = await walk(event, { ...well, Inspect: noJob });
    expect(callsOf(walked, 'Transcode')).toEqual([]);
    const nowhere: Answer = { output: { Payload: {} } };
    const unpublished = await go({ Inspect: accepted, Publish: nowhere });
    expect(unpublished.states.at(-1)).toBe('Unannounced');
    expect(unpublished.end).toMatchObject({ status: 'FAILED', error: 'Unannounced' });
  });
});
