import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListJobsCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import {
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { type Cloud, startCloud } from '../../../local/cloud.ts';
import type { Faults } from '../../../local/faults/faults.ts';
import type { FaultRuleInput } from '../../../local/faults/rule.ts';
import { MovableClock } from '../../../local/kernel/clock.ts';
import { synthesizeTestApp } from '../cloud/app.ts';

const folder = mkdtempSync(join(tmpdir(), 'faults-'));
const clock = new MovableClock();
let cloud: Cloud;
let faults: Faults;

beforeAll(async () => {
  cloud = await startCloud({
    assemblyDir: synthesizeTestApp(folder),
    dataDir: join(folder, 'data'),
    clock,
    warmUp: false,
    faults: [],
  });
  if (!cloud.faults) throw new Error('The cloud has no faults.');
  faults = cloud.faults;
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  faults.remove();
  faults.forgetCalls();
});

const output = (name: string) =>
  Object.values(cloud.outputs)
    .map((values) => values[name])
    .find((value) => value !== undefined) ?? '';
const nameOf = (type: string, id: string) =>
  cloud.resources.find((one) => one.type === type && one.logicalId.startsWith(id))?.physicalId ??
  '';
const settings = (maxAttempts: number) => ({
  endpoint: cloud.endpoints.services,
  region: 'us-east-1',
  credentials: { ...cloud.operator },
  maxAttempts,
});
const s3 = (maxAttempts: number) =>
  new S3Client({ ...settings(maxAttempts), endpoint: cloud.endpoints.s3, forcePathStyle: true });
const table = () => nameOf('AWS::DynamoDB::Table', 'Table');
const item = (key: string) => ({ TableName: table(), Item: { key: { S: key } } });

interface Called {
  readonly service: Exclude<FaultRuleInput['service'], 'function' | 'event'>;
  readonly operation: string;
  readonly send: (maxAttempts: number) => Promise<unknown>;
  readonly throttle: readonly [name: string, status: number];
  readonly serverError: string;
}

/** One call of each service, and how that service says that it fails. */
const CALLED: readonly Called[] = [
  {
    service: 's3',
    operation: 'PutObject',
    send: (tries) =>
      s3(tries).send(
        new PutObjectCommand({ Bucket: output('BucketName'), Key: 'a', Body: 'bytes' }),
      ),
    throttle: ['SlowDown', 503],
    serverError: 'InternalError',
  },
  {
    service: 'dynamodb',
    operation: 'PutItem',
    send: (tries) => new DynamoDBClient(settings(tries)).send(new PutItemCommand(item('a'))),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalServerError',
  },
  {
    service: 'states',
    operation: 'StartExecution',
    send: (tries) =>
      new SFNClient(settings(tries)).send(
        new StartExecutionCommand({ stateMachineArn: output('MachineArn'), input: '{}' }),
      ),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalFailure',
  },
  {
    service: 'events',
    operation: 'PutEvents',
    send: (tries) =>
      new EventBridgeClient(settings(tries)).send(
        new PutEventsCommand({ Entries: [{ Source: 'a', DetailType: 'b', Detail: '{}' }] }),
      ),
    throttle: ['ThrottlingException', 400],
    serverError: 'InternalException',
  },
  {
    service: 'mediaconvert',
    operation: 'ListJobs',
    send: (tries) => new MediaConvertClient(settings(tries)).send(new ListJobsCommand({})),
    throttle: ['TooManyRequestsException', 429],
    serverError: 'InternalServerErrorException',
  },
  {
    service: 'lambda',
    operation: 'Invoke',
    send: (tries) =>
      new LambdaClient(settings(tries)).send(
        new InvokeCommand({
          FunctionName: nameOf('AWS::Lambda::Function', 'Record'),
          InvocationType: 'DryRun',
        }),
      ),
    throttle: ['TooManyRequestsException', 429],
    serverError: 'ServiceException',
  },
  {
    service: 'sts',
    operation: 'GetCallerIdentity',
    send: (tries) => new STSClient(settings(tries)).send(new GetCallerIdentityCommand({})),
    throttle: ['Throttling', 400],
    serverError: 'InternalFailure',
  },
  {
    service: 'sqs',
    operation: 'SendMessage',
    send: (tries) =>
      new SQSClient(settings(tries)).send(
        new SendMessageCommand({ QueueUrl: output('QueueUrl'), MessageBody: 'a' }),
      ),
    throttle: ['RequestThrottled', 403],
    serverError: 'InternalFailure',
  },
];

describe.each(CALLED)('$service $operation', ({ service, operation, send, ...names }) => {
  const on = { service, operation };

  it('is throttled in the service’s own words, and its SDK tries again', async () => {
    faults.add([{ ...on, kind: 'throttle', times: 2 }]);
    const [name, httpStatusCode] = names.throttle;
    await expect(send(1)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    await expect(send(3)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
  });

  it('fails with the service’s own 500, and its SDK tries again', async () => {
    faults.add([{ ...on, kind: 'server_error', times: 2 }]);
    const expected = { name: names.serverError, $metadata: { httpStatusCode: 500 } };
    await expect(send(1)).rejects.toMatchObject(expected);
    await expect(send(3)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
  });

  it.each([
    ['lost_answer', 'socket hang up'],
    ['connection_reset', 'read ECONNRESET'],
  ] as const)('is cut off by %s, and its SDK tries again', async (kind, message) => {
    faults.add([{ ...on, kind, times: 2 }]);
    await expect(send(1)).rejects.toThrow(message);
    await expect(send(3)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
    expect(faults.rules()).toMatchObject([{ matched: 3, applied: 2 }]);
  });

  it('waits by the cloud’s clock', async () => {
    faults.add([{ ...on, kind: 'delay', ms: 20_000 }]);
    let done = false;
    const answered = send(1).then(() => {
      done = true;
    });
    await until(() => faults.rules()[0]?.applied === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toBe(false);
    clock.advance(20_000);
    await answered;
  });
});

it('A lost answer has had its effect, a connection that was reset has not', async () => {
  const dynamodb = new DynamoDBClient(settings(1));
  const putItem = (key: string) => dynamodb.send(new PutItemCommand(item(key))).catch(String);
  const has = async (key: string) => {
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: table(), Key: { key: { S: key } }, ConsistentRead: true }),
    );
    return Item !== undefined;
  };
  const Bucket = output('BucketName');
  const putObject = (Key: string) => s3(1).send(new PutObjectCommand({ Bucket, Key, Body: 'b' }));
  for (const kind of ['lost_answer', 'connection_reset'] as const) {
    faults.add([
      { service: 'dynamodb', operation: 'PutItem', contains: kind, kind },
      { service: 's3', operation: 'PutObject', resource: `${Bucket}/${kind}`, kind },
    ]);
    await putItem(kind);
    await putObject(kind).catch(String);
  }
  expect(faults.rules().map(({ applied }) => applied)).toEqual([1, 1, 1, 1]);
  expect([await has('lost_answer'), await has('connection_reset')]).toEqual([true, false]);
  const head = (Key: string) => s3(1).send(new HeadObjectCommand({ Bucket, Key }));
  await expect(head('lost_answer')).resolves.toBeDefined();
  await expect(head('connection_reset')).rejects.toMatchObject({ name: 'NotFound' });
});

it('A transaction is cancelled by throttling or by another one, with a reason for each item', async () => {
  const Put = { TableName: table(), Item: { key: 'transaction' } };
  const send = () =>
    new DynamoDBClient(settings(1)).send(
      new TransactWriteCommand({ TransactItems: [{ Put }] }) as never,
    );
  const on = { service: 'dynamodb', operation: 'TransactWriteItems', kind: 'throttle' } as const;
  const codes = ['TransactionCanceledException', 'TransactionConflict'] as const;
  faults.add(codes.map((code, index) => ({ ...on, code, nth: index + 1 })));
  for (const Code of ['ThrottlingError', 'TransactionConflict']) {
    await expect(send()).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code }],
    });
  }
});

it('Whoever is not allowed stays outside: an unsigned call is refused before any fault', async () => {
  faults.add([
    { service: 'dynamodb', operation: '*', kind: 'lost_answer', times: 'always' },
    { service: 's3', operation: '*', kind: 'lost_answer', times: 'always' },
  ]);
  const credentials = { ...cloud.operator, secretAccessKey: 'another' };
  const forged = new DynamoDBClient({ ...settings(1), credentials });
  await expect(forged.send(new PutItemCommand(item('forged')))).rejects.toMatchObject({
    $metadata: { httpStatusCode: expect.any(Number) },
  });
  const stranger = new S3Client({
    ...settings(1),
    credentials,
    endpoint: cloud.endpoints.s3,
    forcePathStyle: true,
  });
  const put = new PutObjectCommand({ Bucket: output('BucketName'), Key: 'forged', Body: 'b' });
  await expect(stranger.send(put)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  expect(faults.rules()).toMatchObject([{ matched: 0 }, { matched: 0 }]);
});

describe('Services that call a function', () => {
  const items = () => fetch(`${output('ApiUrl')}/items/none`).then(({ status }) => status);
  const byApi = { service: 'lambda', operation: 'Invoke', caller: 'apigateway' } as const;

  it('the API answers what API Gateway answers', async () => {
    faults.add([
      { ...byApi, kind: 'throttle' },
      { ...byApi, kind: 'server_error', nth: 2 },
      { ...byApi, kind: 'lost_answer', nth: 3 },
      { service: 'function', resource: 'answer', kind: 'crash_before', nth: 2 },
    ]);
    const answers = [await items(), await items(), await items(), await items(), await items()];
    expect(answers).toEqual([503, 500, 500, 500, 404]);
  });

  it('a workflow names the error as Step Functions does', async () => {
    const states = new SFNClient(settings(1));
    const input = JSON.stringify({ detail: { object: { key: 'k', size: 1 } } });
    const byWorkflow = { service: 'lambda', operation: 'Invoke', caller: 'workflow' } as const;
    faults.add([
      { ...byWorkflow, kind: 'throttle' },
      { ...byWorkflow, kind: 'server_error', nth: 2 },
      { ...byWorkflow, kind: 'lost_answer', nth: 3 },
      { service: 'function', resource: 'record', kind: 'crash_after', nth: 2 },
    ]);
    const errors: (string | undefined)[] = [];
    for (let run = 0; run < 4; run += 1) {
      const { executionArn } = await states.send(
        new StartExecutionCommand({ stateMachineArn: output('MachineArn'), input }),
      );
      const describe = () => states.send(new DescribeExecutionCommand({ executionArn }));
      let ended = await describe();
      while (ended.status === 'RUNNING') ended = await describe();
      errors.push(ended.error);
    }
    expect(errors).toEqual([
      'Lambda.TooManyRequestsException',
      'Lambda.ServiceException',
      'Lambda.SdkClientException',
      'Runtime.ExitError',
    ]);
  });
});

it('The log tells who has called what', async () => {
  await CALLED.find(({ service }) => service === 's3')?.send(1);
  await s3(1).send(new ListObjectsV2Command({ Bucket: output('BucketName'), Prefix: 'films/' }));
  await fetch(`${output('ApiUrl')}/items/none`);
  const seen = faults
    .calls()
    .calls.map(({ service, operation, caller, resource }) => [
      `${service} ${operation}`,
      caller.replace(/^test-work-(\w+?)servicerole.*/, '$1'),
      resource.replace(/.*(test-work-answer).*/, '$1'),
    ]);
  expect(seen).toEqual([
    ['s3 PutObject', 'root', `${output('BucketName')}/a`],
    ['event Object Created', 'aws.s3', `${output('BucketName')}/a`],
    ['s3 ListObjectsV2', 'root', `${output('BucketName')}/films/`],
    ['lambda Invoke', 'apigateway.amazonaws.com', 'test-work-answer'],
    ['function Run', 'lambda.amazonaws.com', 'test-work-answer'],
    ['dynamodb GetItem', 'answer', table()],
  ]);
});

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !condition(); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}
