import { createHash } from 'node:crypto';
import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { AwsError } from '../../src/shared/aws-error.ts';
import { FUNCTION } from './execute.ts';
import { ROLE, type Started, startStates, taskDefinition } from './start-states.ts';

let started: Started;
beforeEach(async () => {
  started = await startStates();
});
afterEach(() => started.close());

const parsed = (text: string | undefined) => JSON.parse(text ?? 'null') as Record<string, unknown>;

/** Runs the definition and returns its end with the types of its events. */
async function outcome(definition: object, input: unknown = {}) {
  const arn = await started.run(definition, input);
  const end = await started.ended(arn);
  const history = await started.history(arn);
  return { ...end, types: history.map(({ type }) => type), history };
}

describe('lambda:invoke', () => {
  const invoke = (more: object = {}) =>
    taskDefinition(
      'arn:aws:states:::lambda:invoke',
      { FunctionName: FUNCTION, Payload: '{% $states.input %}' },
      more,
    );

  it('calls with the role of the state machine and returns the parsed payload', async () => {
    started.fakes.on('lambda:worker', ({ n }) => ({ doubled: Number(n) * 2 }));
    const { output, types } = await outcome(invoke(), { n: 4 });
    expect(parsed(output)).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { doubled: 8 },
      StatusCode: 200,
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: expect.stringMatching(/^[\da-f-]{36}$/) },
    });
    expect(types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(started.fakes.heard[0]?.caller).toMatch(new RegExp(`^${ROLE}/machine-`));
  });

  it('fails with the type of the error of the function', async () => {
    started.fakes.on('lambda:worker', () => ({ errorType: 'TooDark', errorMessage: 'no light' }));
    const { status, error, cause } = await outcome(invoke());
    expect({ status, error, cause: parsed(cause) }).toEqual({
      status: 'FAILED',
      error: 'TooDark',
      cause: { errorType: 'TooDark', errorMessage: 'no light' },
    });
  });

  it.each([
    [() => ({ errorMessage: 'died' }), 'Lambda.Unknown'],
    [
      () => {
        throw new AwsError('TooManyRequestsException', 'slow down', 429);
      },
      'Lambda.TooManyRequestsException',
    ],
    [
      () => {
        throw new AwsError('ServiceException', 'broken', 500);
      },
      'Lambda.ServiceException',
    ],
    [
      () => {
        throw new AwsError('AccessDenied', 'not allowed', 403);
      },
      'Lambda.AWSLambdaException',
    ],
  ])('names the errors of the service: %s', async (response, name) => {
    started.fakes.on('lambda:worker', response);
    expect((await outcome(invoke())).error).toBe(name);
  });

  it('as function ARN passes the payload unchanged', async () => {
    started.fakes.on('lambda:worker', ({ n }) => [n]);
    const { output, types } = await outcome(taskDefinition(FUNCTION, { n: 1.5 }));
    expect(output).toBe('[1.5]');
    expect(types.slice(2, 5)).toEqual([
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
  });

  it('waits for the callback with its token', async () => {
    let token = '';
    started.fakes.on('lambda:worker', (body) => {
      token = String(body.token);
      return 'handed over';
    });
    const arn = await started.run(
      taskDefinition('arn:aws:states:::lambda:invoke.waitForTaskToken', {
        FunctionName: FUNCTION,
        Payload: { token: '{% $states.context.Task.Token %}' },
      }),
    );
    await started.fakes.called('lambda:worker');
    const response = new SendTaskSuccessCommand({ taskToken: token, output: '{"ok":true}' });
    await started.waitForType(arn, 'TaskSubmitted');
    await started.client.send(response);
    expect((await started.ended(arn)).output).toBe('{"ok":true}');
    await expect(started.client.send(response)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await expect(
      started.client.send(new SendTaskFailureCommand({ taskToken: 'unknown' })),
    ).rejects.toMatchObject({ name: 'InvalidToken' });
  });
});

describe('the optimized integrations', () => {
  it('write and read DynamoDB, and name its errors DynamoDB.…', async () => {
    started.fakes.on('dynamodb:UpdateItem', () => ({ Attributes: { a: { S: 'x' } } }));
    const update = taskDefinition('arn:aws:states:::dynamodb:updateItem', {
      TableName: 't',
      Key: { pk: { S: 'k' } },
    });
    expect(parsed((await outcome(update)).output)).toMatchObject({
      Attributes: { a: { S: 'x' } },
      SdkHttpMetadata: {},
    });
    started.fakes.on('dynamodb:UpdateItem', () => {
      throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
    });
    expect((await outcome(update)).error).toBe('DynamoDB.ConditionalCheckFailedException');
  });

  it('put events with the execution in their resources, and fail with a failed entry', async () => {
    started.fakes.on('events:PutEvents', () => ({
      FailedEntryCount: 0,
      Entries: [{ EventId: '1' }],
    }));
    const put = taskDefinition('arn:aws:states:::events:putEvents', {
      Entries: [{ Source: 'app', DetailType: 'Done', Detail: { a: 1 } }],
    });
    const { output, executionArn } = await outcome(put);
    expect(parsed(output)).toMatchObject({ Entries: [{ EventId: '1' }] });
    expect(started.fakes.heard[0]?.body.Entries).toEqual([
      { Source: 'app', DetailType: 'Done', Detail: '{"a":1}', Resources: [executionArn] },
    ]);
    started.fakes.on('events:PutEvents', () => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'X' }],
    }));
    expect((await outcome(put)).error).toBe('EventBridge.FailedEntry');
  });

  it('send messages whose body is JSON', async () => {
    const MD5OfMessageBody = createHash('md5').update('{"a":1}').digest('hex');
    started.fakes.on('sqs:SendMessage', () => ({ MessageId: 'm', MD5OfMessageBody }));
    const { output } = await outcome(
      taskDefinition('arn:aws:states:::sqs:sendMessage', {
        QueueUrl: 'http://q',
        MessageBody: { a: 1 },
      }),
    );
    expect(parsed(output)).toMatchObject({ MessageId: 'm' });
    expect(started.fakes.heard[0]?.body.MessageBody).toBe('{"a":1}');
  });
});

describe('aws-sdk integrations', () => {
  it('call any action and name errors after the SDK for Java', async () => {
    started.fakes.on('dynamodb:TransactWriteItems', () => {
      throw new AwsError('TransactionCanceledException', 'canceled');
    });
    const { error } = await outcome(
      taskDefinition('arn:aws:states:::aws-sdk:dynamodb:transactWriteItems', { TransactItems: [] }),
    );
    expect(error).toBe('DynamoDb.TransactionCanceledException');
    started.fakes.on('dynamodb:GetItem', () => ({ Item: { n: { N: '1' } } }));
    const get = taskDefinition('arn:aws:states:::aws-sdk:dynamodb:getItem', {
      TableName: 't',
      Key: { pk: { S: 'k' } },
    });
    expect(parsed((await outcome(get)).output)).toEqual({ Item: { n: { N: '1' } } });
    started.fakes.on('dynamodb:GetItem', () => {
      throw new AwsError('AccessDenied', 'no', 403);
    });
    expect((await outcome(get)).error).toBe('DynamoDb.DynamoDbException');
  });

  it('write Step Functions’ own members in PascalCase', async () => {
    const machine = await started.create({
      StartAt: 'P',
      States: { P: { Type: 'Pass', End: true } },
    });
    const { output } = await outcome(
      taskDefinition('arn:aws:states:::aws-sdk:sfn:startExecution', {
        StateMachineArn: machine,
        Input: { a: 1 },
      }),
    );
    const { ExecutionArn: child } = parsed(output);
    expect((await started.ended(String(child))).input).toBe('{"a":1}');
    const unknown = taskDefinition('arn:aws:states:::aws-sdk:sfn:describeExecution', {
      ExecutionArn: `${child}x`,
    });
    expect((await outcome(unknown)).error).toBe('Sfn.ExecutionDoesNotExistException');
  });

  it('fail with SdkClientException if a service does not respond', async () => {
    started.fakes.on('sqs:ListQueues', () => ({}));
    const { error } = await outcome(
      taskDefinition('arn:aws:states:::aws-sdk:s3:headBucket', { Bucket: 'b' }),
    );
    expect(error).toMatch(/^S3\./);
  });
});
