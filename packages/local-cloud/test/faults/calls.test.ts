import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { synthesizeObjectIndex } from '../../examples/object-index/synthesize.ts';
import { type Cloud, startCloud } from '../../src/cloud.ts';
import type { Faults } from '../../src/faults/faults.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import { until } from '../waiting.ts';
import { CALLED, type CalledCloud, calledCloud } from './called.ts';

const folder = mkdtempSync(join(tmpdir(), 'faults-'));
const clock = new MovableClock();
let cloud: Cloud;
let faults: Faults;
let to: CalledCloud;

beforeAll(async () => {
  cloud = await startCloud({
    assemblyDir: synthesizeObjectIndex(folder),
    dataDir: join(folder, 'data'),
    clock,
    warmUp: false,
    controlPort: 0,
  });
  to = calledCloud(cloud);
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

describe.each(CALLED)('$service $operation', ({ service, operation, send: sendTo, ...names }) => {
  const on = { service, operation };
  const send = (maxAttempts: number) => sendTo(to, maxAttempts);

  it('is throttled with the service’s own error, and its SDK retries', async () => {
    faults.add([{ ...on, kind: 'throttle', times: 2 }]);
    const [name, httpStatusCode] = names.throttle;
    await expect(send(1)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
    await expect(send(3)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
  });

  it('fails with the service’s own internal error, and its SDK retries', async () => {
    faults.add([{ ...on, kind: 'server_error', times: 2 }]);
    const expected = { name: names.serverError, $metadata: { httpStatusCode: 500 } };
    await expect(send(1)).rejects.toMatchObject(expected);
    await expect(send(3)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
  });

  it.each([
    ['lost_response', 'socket hang up'],
    ['connection_reset', 'read ECONNRESET'],
  ] as const)('is interrupted by %s, and its SDK retries', async (kind, message) => {
    faults.add([{ ...on, kind, times: 2 }]);
    await expect(send(1)).rejects.toThrow(message);
    await expect(send(3)).resolves.toMatchObject({ $metadata: { attempts: 2 } });
    expect(faults.rules()).toMatchObject([{ matched: 3, applied: 2 }]);
  });

  it('is delayed by the clock of the cloud', async () => {
    faults.add([{ ...on, kind: 'delay', ms: 20_000 }]);
    let done = false;
    const response = send(1).then(() => {
      done = true;
    });
    await until(() => faults.rules()[0]?.applied === 1);
    // A later call without the fault finishes first.
    await send(1);
    expect(done).toBe(false);
    clock.advance(20_000);
    await response;
  });
});

it('The call has an effect if its response is lost, and none if its connection is reset', async () => {
  const dynamodb = new DynamoDBClient(to.settings(1));
  const putItem = (key: string) => dynamodb.send(new PutItemCommand(to.item(key))).catch(String);
  const has = async (key: string) => {
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: to.table, Key: { key: { S: key } }, ConsistentRead: true }),
    );
    return Item !== undefined;
  };
  const Bucket = to.output('BucketName');
  const putObject = (Key: string) =>
    to.s3(1).send(new PutObjectCommand({ Bucket, Key, Body: 'b' }));
  for (const kind of ['lost_response', 'connection_reset'] as const) {
    faults.add([
      { service: 'dynamodb', operation: 'PutItem', contains: kind, kind },
      { service: 's3', operation: 'PutObject', resource: `${Bucket}/${kind}`, kind },
    ]);
    await putItem(kind);
    await putObject(kind).catch(String);
  }
  expect(faults.rules().map(({ applied }) => applied)).toEqual([1, 1, 1, 1]);
  expect([await has('lost_response'), await has('connection_reset')]).toEqual([true, false]);
  const head = (Key: string) => to.s3(1).send(new HeadObjectCommand({ Bucket, Key }));
  await expect(head('lost_response')).resolves.toBeDefined();
  await expect(head('connection_reset')).rejects.toMatchObject({ name: 'NotFound' });
});

it('A transaction is cancelled by throttling or by a conflict, with a reason for each item', async () => {
  const Put = { TableName: to.table, Item: { key: 'transaction' } };
  const send = () =>
    new DynamoDBClient(to.settings(1)).send(
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

it('PutEvents that fails with status 200 reports every entry as failed', async () => {
  faults.add([{ service: 'events', operation: 'PutEvents', kind: 'error_with_status_200' }]);
  const Entries = [1, 2].map((n) => ({ Source: 's', DetailType: 'd', Detail: `{"n":${n}}` }));
  const put = () => new EventBridgeClient(to.settings(1)).send(new PutEventsCommand({ Entries }));
  const failed = { ErrorCode: 'InternalFailure', ErrorMessage: expect.any(String) };
  expect(await put()).toMatchObject({ FailedEntryCount: 2, Entries: [failed, failed] });
  expect(await put()).toMatchObject({ FailedEntryCount: 0 });
});

it('A call with a wrong signature is refused before any fault applies', async () => {
  faults.add([
    { service: 'dynamodb', operation: '*', kind: 'lost_response', times: 'always' },
    { service: 's3', operation: '*', kind: 'lost_response', times: 'always' },
  ]);
  const credentials = { ...cloud.operator, secretAccessKey: 'another' };
  const forged = new DynamoDBClient({ ...to.settings(1), credentials });
  await expect(forged.send(new PutItemCommand(to.item('forged')))).rejects.toMatchObject({
    $metadata: { httpStatusCode: expect.any(Number) },
  });
  const stranger = new S3Client({
    ...to.settings(1),
    credentials,
    endpoint: cloud.endpoints.s3,
    forcePathStyle: true,
  });
  const put = new PutObjectCommand({ Bucket: to.output('BucketName'), Key: 'forged', Body: 'b' });
  await expect(stranger.send(put)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  expect(faults.rules()).toMatchObject([{ matched: 0 }, { matched: 0 }]);
});

describe('Services that call a function', () => {
  const items = () => fetch(`${to.output('ApiUrl')}/items/none`).then(({ status }) => status);
  const byApi = { service: 'lambda', operation: 'Invoke', caller: 'apigateway' } as const;

  it('the HTTP API responds as API Gateway does', async () => {
    faults.add([
      { ...byApi, kind: 'throttle' },
      { ...byApi, kind: 'server_error', nth: 2 },
      { ...byApi, kind: 'lost_response', nth: 3 },
      { service: 'function', resource: 'readentry', kind: 'crash_before', nth: 2 },
    ]);
    const statuses = [await items(), await items(), await items(), await items(), await items()];
    expect(statuses).toEqual([503, 500, 500, 500, 404]);
  });

  it('a workflow fails with the error of Step Functions', async () => {
    const states = new SFNClient(to.settings(1));
    const input = JSON.stringify({ detail: { object: { key: 'k', size: 1 } } });
    const byWorkflow = { service: 'lambda', operation: 'Invoke', caller: 'workflow' } as const;
    faults.add([
      { ...byWorkflow, kind: 'throttle' },
      { ...byWorkflow, kind: 'server_error', nth: 2 },
      { ...byWorkflow, kind: 'lost_response', nth: 3 },
      { service: 'function', resource: 'record', kind: 'crash_after', nth: 2 },
    ]);
    const errors: (string | undefined)[] = [];
    for (let run = 0; run < 4; run += 1) {
      const { executionArn } = await states.send(
        new StartExecutionCommand({ stateMachineArn: to.output('MachineArn'), input }),
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

it('A rule that is added over the control endpoint applies from the next call on', async () => {
  const { url, token } = cloud.control ?? { url: '', token: '' };
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const rule = { service: 'sqs', operation: 'SendMessage', kind: 'server_error' };
  await fetch(`${url}/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(rule),
  });
  const sqs = CALLED.find(({ service }) => service === 'sqs');
  await expect(sqs?.send(to, 1)).rejects.toMatchObject({ name: 'InternalFailure' });
  expect(faults.rules()).toMatchObject([{ ...rule, applied: 1 }]);
});

it('The log lists caller, operation and resource of every call', async () => {
  await CALLED.find(({ service }) => service === 's3')?.send(to, 1);
  await to
    .s3(1)
    .send(new ListObjectsV2Command({ Bucket: to.output('BucketName'), Prefix: 'films/' }));
  await fetch(`${to.output('ApiUrl')}/items/none`);
  const seen = faults
    .calls()
    .calls.map(({ service, operation, caller, resource }) => [
      `${service} ${operation}`,
      caller.replace(/^test-work-(\w+?)servicerole.*/, '$1'),
      resource.replace(/.*(test-work-readentry).*/, '$1'),
    ]);
  expect(seen).toEqual([
    ['s3 PutObject', 'root', `${to.output('BucketName')}/a`],
    ['event Object Created', 'aws.s3', `${to.output('BucketName')}/a`],
    ['s3 ListObjectsV2', 'root', `${to.output('BucketName')}/films/`],
    ['lambda Invoke', 'apigateway.amazonaws.com', 'test-work-readentry'],
    ['function Run', 'lambda.amazonaws.com', 'test-work-readentry'],
    ['dynamodb GetItem', 'readentry', to.table],
  ]);
});
