import { type Failure, simulate, type TaskResult } from './simulate-workflow.ts';
import { type AslState, tasks } from './workflow-definition.ts';
import { accepted, callsOf, conflict, event, run, successful } from './workflow-fixtures.ts';

/**
 * The retry policy of a task follows from its call, and is the same for all tasks with the same call.
 *
 * A service call is retried for every error except permanent ones. Errors of DynamoDB without a specific name are a
 * denied or malformed call or, rarely, a 503, so they have few retries
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html).
 *
 * If `States.TaskFailed` can be a result (of a function, a job, a moderator), only known transient errors are retried.
 */
const retry = (ErrorEquals: readonly string[], MaxAttempts: number, IntervalSeconds = 1) => ({
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
const UNNAMED = retry(['DynamoDb.DynamoDbException'], 2);

const INVOKED = [
  // The function was not invoked. Lasts while the account's concurrency is used; new accounts have a low quota.
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  retry(['Lambda.TooManyRequestsException'], 20),
  retry(
    [
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'TransientError',
    ],
    6,
  ),
];
/** The transactions that take a slot. */
const TAKES_A_SLOT = 'aws-sdk:dynamodb:transactWriteItems with a slot';

const RETRIES: Readonly<Record<string, readonly object[]>> = {
  'aws-sdk:dynamodb:updateItem': [
    never('DynamoDb.ConditionalCheckFailedException', NO_TABLE),
    UNNAMED,
    retry(ANY_ERROR, 6),
  ],
  'aws-sdk:dynamodb:getItem': [never(NO_TABLE), UNNAMED, retry(ANY_ERROR, 6)],
  'aws-sdk:dynamodb:transactWriteItems': [
    never(NO_TABLE, 'DynamoDb.IdempotentParameterMismatchException'),
    UNNAMED,
    // A failed condition and a transient conflict have the same error name. A thousand simultaneous uploads of one
    // owner conflict for one to two minutes, because each transaction updates the same quota item.
    retry(['DynamoDb.TransactionCanceledException'], 10),
    retry(ANY_ERROR, 6),
  ],
  [TAKES_A_SLOT]: [
    // Whether a condition or a conflict is the cause: the upload asks for a slot in AwaitSlot and is not in the way.
    never(
      'DynamoDb.TransactionCanceledException',
      NO_TABLE,
      'DynamoDb.IdempotentParameterMismatchException',
    ),
    UNNAMED,
    retry(ANY_ERROR, 6),
  ],
  'aws-sdk:s3:deleteObject': [never(), retry(ANY_ERROR, 6)],
  // An object at the key (412) has no error name of its own in Step Functions.
  'aws-sdk:s3:putObject': [never(), retry(ANY_ERROR, 2)],
  'events:putEvents': [never(), retry(ANY_ERROR, 8)],
  'lambda:invoke': [
    ...INVOKED,
    // The execution environment has ended. A new one may succeed, unless the file is the cause.
    retry(['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout', 'States.Timeout'], 3),
  ],
  'lambda:invoke.waitForTaskToken': [
    ...INVOKED,
    // Without States.Timeout: that is the end of the wait.
    retry(['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout'], 3),
  ],
  'aws-sdk:dynamodb:updateItem.waitForTaskToken': [
    UNNAMED,
    retry(
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
    retry(
      ['MediaConvert.TooManyRequestsException', 'MediaConvert.ServiceQuotaExceededException'],
      // Then the upload waits for a slot again.
      4,
      2,
    ),
    // The job may exist. MediaConvert remembers its token for one minute, so the last attempt is earlier.
    retry(['MediaConvert.InternalServerErrorException', 'MediaConvert.SdkClientException'], 4, 2),
  ],
};

function callOf({ Resource = '', Arguments }: AslState): string {
  if (JSON.stringify(Arguments).includes('SLOTS')) return TAKES_A_SLOT;
  return Resource.replace('arn:aws:states:::', '');
}

describe('a task', () => {
  it.each(tasks)('%s has the retry policy of its call', (_, task) => {
    expect(task.Retry).toEqual(RETRIES[callOf(task)]);
  });

  it('exists for every retry policy', () => {
    const called = new Set(tasks.map(([, task]) => callOf(task)));
    expect(Object.keys(RETRIES).sort()).toEqual([...called].sort());
  });
});

describe('an error', () => {
  const attempts = async (state: string, failure: Failure) => {
    // The states on the way to RecordFailure.
    const before = state === 'RecordFailure' ? { Inspect: { error: 'Lambda.Unknown' } } : {};
    const waits = state === 'AwaitSlot' ? { RecordOwnership: conflict } : {};
    const execution = await run({ ...before, ...waits, [state]: failure });
    return callsOf(execution, state).length;
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
    ['RecordOwnership', 'DynamoDb.TransactionCanceledException', 1],
    ['RecordFailure', 'DynamoDb.TransactionCanceledException', 11],
    ['AwaitSlot', 'Lambda.ServiceException', 7],
    ['AwaitSlot', 'NotClaimed', 1],
    ['Transcode', 'MediaConvert.UnprocessableEntityException', 1],
    ['Transcode', 'MediaConvert.SdkClientException', 5],
    ['AnnounceReady', 'States.Permissions', 1],
    ['AnnounceReady', 'EventBridge.FailedEntry', 9],
  ])('in %s with the name %s leads to %i attempts', async (state, error, times) => {
    expect(await attempts(state, { error, cause: '{}' })).toBe(times);
  });

  it('of an expression is not retried', async () => {
    const noJob: TaskResult = { output: { Payload: { outcome: 'accepted', media: {} } } };
    const execution = await simulate(event, { ...successful, Inspect: noJob });
    expect(callsOf(execution, 'Transcode')).toEqual([]);
    const nowhere: TaskResult = { output: { Payload: {} } };
    const unpublished = await run({ Inspect: accepted, Publish: nowhere });
    expect(unpublished.states.at(-1)).toBe('Unannounced');
    expect(unpublished.end).toMatchObject({ status: 'FAILED', error: 'Unannounced' });
  });
});
