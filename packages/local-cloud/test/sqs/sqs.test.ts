import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { AwsError } from '../../src/shared/aws-error.ts';
import { type Authorize, allowEverySignedCaller } from '../../src/shared/caller.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import { createSqs, type Sqs } from '../../src/sqs/sqs.ts';
import { until } from '../waiting.ts';

const clock = new MovableClock();
const dataDir = mkdtempSync(join(tmpdir(), 'sqs-'));
const asked: Parameters<Authorize>[0][] = [];
let server: Server;
let endpoint = '';
let sqs: Sqs;
const client = () =>
  new SQSClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
  });

const start = () => {
  sqs = createSqs({
    dataDir,
    clock,
    random: randomUUID,
    endpoint: () => endpoint,
    authorize: (request) => {
      asked.push(request);
      allowEverySignedCaller(request);
    },
  });
};
async function declare(logicalId: string, properties: object = {}, type = 'AWS::SQS::Queue') {
  const provider = sqs.providers.find((one) => one.type === type);
  if (provider === undefined) throw new Error(`No provider for ${type}.`);
  const { ref, attributes } = await provider.provide({
    stackName: 'test',
    logicalId,
    physicalName: `test-${logicalId}`,
    properties: provider.properties.parse(properties),
    metadata: {},
  });
  return { url: ref, arn: attributes.Arn ?? '' };
}

beforeAll(async () => {
  // The endpoint without the check of signatures; these tests use the SDK.
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = request.headers as Record<string, string>;
    const url = new URL(request.url ?? '/', endpoint);
    const result = await sqs.service
      .handle({
        caller: { kind: 'root' },
        method: 'POST',
        path: url.pathname,
        query: url.searchParams,
        headers,
        body: Buffer.concat(chunks),
      })
      .catch((error: AwsError) => ({
        status: error.status,
        headers: { 'x-amzn-errortype': error.code },
        body: JSON.stringify({ __type: error.code, message: error.message }),
      }));
    response.writeHead(result.status, result.headers).end(result.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  start();
});
afterAll(() => {
  sqs.close();
  server.closeAllConnections();
  server.close();
});

const byQueue = (name: string) => ({
  redrivePermission: 'byQueue',
  sourceQueueArns: [`arn:aws:sqs:us-east-1:000000000000:${name}`],
});
const send = (QueueUrl: string, MessageBody: string, more = {}) =>
  client().send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (QueueUrl: string, more = {}) =>
  (await client().send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? [];
/** The request waits as soon as its permission was checked: both happen in the same turn. */
const pollBegins = (queueArn: string) =>
  until(() =>
    asked.some(({ action, resource }) => action === 'sqs:ReceiveMessage' && resource === queueArn),
  );
const attributes = async (QueueUrl: string) => {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  return (await client().send(command)).Attributes ?? {};
};

describe('a queue', () => {
  it('delivers a message to one receiver, with the digests that the SDK verifies', async () => {
    const { url } = await declare('plain');
    const MessageAttributes = {
      why: { DataType: 'String', StringValue: 'ü' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      n: { DataType: 'Number', StringValue: '5' },
    };
    const { MessageId } = await send(url, 'hello', { MessageAttributes });
    const names = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const] };
    const [message] = await receive(url, names);
    expect(message).toMatchObject({ MessageId, Body: 'hello', MessageAttributes });
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    expect(await receive(url)).toEqual([]);
  });

  it('delivers a message again after its visibility timeout, unless it was deleted', async () => {
    const { url } = await declare('visible', { VisibilityTimeout: 30 });
    await send(url, 'again');
    const [first] = await receive(url);
    clock.advance(29_000);
    expect(await receive(url)).toEqual([]);
    clock.advance(1_000);
    const [second] = await receive(url);
    expect(second?.Body).toBe('again');
    const remove = (ReceiptHandle: string | undefined) =>
      client().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    await remove(first?.ReceiptHandle);
    expect(await attributes(url)).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
    await remove(second?.ReceiptHandle);
    clock.advance(60_000);
    expect(await receive(url)).toEqual([]);
  });

  it('lets a receiver extend or end the visibility timeout', async () => {
    const { url } = await declare('change');
    await send(url, 'm');
    const [first] = await receive(url);
    const change = (VisibilityTimeout: number, ReceiptHandle = first?.ReceiptHandle) =>
      client().send(
        new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }),
      );
    await change(300);
    clock.advance(120_000);
    expect(await receive(url)).toEqual([]);
    await change(0);
    expect(await receive(url)).toHaveLength(1);
    await expect(change(5, 'unknown')).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('delivers a delayed message after its delay', async () => {
    const { url } = await declare('delayed', { DelaySeconds: 60 });
    await send(url, 'late');
    await send(url, 'now', { DelaySeconds: 0 });
    expect((await receive(url, { MaxNumberOfMessages: 10 })).map(({ Body }) => Body)).toEqual([
      'now',
    ]);
    expect((await attributes(url)).ApproximateNumberOfMessagesDelayed).toBe('1');
    clock.advance(60_000);
    expect((await receive(url, { MaxNumberOfMessages: 10 })).map(({ Body }) => Body)).toContain(
      'late',
    );
  });

  it('deletes a message after its retention period', async () => {
    const { url } = await declare('forgetful', { MessageRetentionPeriod: 60 });
    await send(url, 'old');
    clock.advance(61_000);
    expect(await receive(url)).toEqual([]);
    expect((await attributes(url)).ApproximateNumberOfMessages).toBe('0');
  });

  it('moves a message to its dead-letter queue after too many receives', async () => {
    const dead = await declare('dead');
    const { url } = await declare('poisoned', {
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 },
    });
    await send(url, 'poison');
    expect(
      [await receive(url), await receive(url), await receive(url)].map((m) => m.length),
    ).toEqual([1, 1, 0]);
    expect((await receive(dead.url))[0]?.Body).toBe('poison');
  });

  it.each([
    ['allows every queue', { redrivePermission: 'allowAll' }, true],
    ['denies every queue', { redrivePermission: 'denyAll' }, false],
    ['names this queue', byQueue('test-names-this-queue'), true],
    ['names another queue', byQueue('test-other'), false],
    ['names no queue', { redrivePermission: 'byQueue' }, false],
  ])('keeps to the policy of the dead-letter queue that %s', async (title, policy, moved) => {
    const name = title.replaceAll(' ', '-');
    const dead = await declare(`dead-${name}`, { RedriveAllowPolicy: policy });
    const { url } = await declare(name, {
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 },
    });
    await send(url, 'poison');
    await receive(url);
    expect(await receive(url)).toHaveLength(moved ? 0 : 1);
    expect(await receive(dead.url)).toHaveLength(moved ? 1 : 0);
  });

  it('ends a long poll as soon as a message arrives', async () => {
    const { url, arn } = await declare('polled');
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await pollBegins(arn);
    await send(url, 'there');
    expect((await waiting)[0]?.Body).toBe('there');
    // The clock has not moved, so only the message can have ended the poll.
  }, 10_000);

  it('ends a long poll without a message after its wait time', async () => {
    const { url, arn } = await declare('silent', { ReceiveMessageWaitTimeSeconds: 20 });
    const waiting = receive(url);
    await pollBegins(arn);
    clock.advance(20_000);
    expect(await waiting).toEqual([]);
  });

  it('accepts batches', async () => {
    const { url } = await declare('batched');
    const Entries = ['a', 'b', 'c'].map((MessageBody, n) => ({ Id: `id${n}`, MessageBody }));
    const { Successful } = await client().send(
      new SendMessageBatchCommand({ QueueUrl: url, Entries }),
    );
    expect(Successful).toHaveLength(3);
    const got = await receive(url, { MaxNumberOfMessages: 10 });
    expect(got.map(({ Body }) => Body)).toEqual(['a', 'b', 'c']);
    const handles = got.map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle }));
    await client().send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: handles }));
    expect((await attributes(url)).ApproximateNumberOfMessagesNotVisible).toBe('0');
  });

  it('can be found by name, listed and purged', async () => {
    const { url } = await declare('named', { QueueName: 'by-name' });
    expect((await client().send(new GetQueueUrlCommand({ QueueName: 'by-name' }))).QueueUrl).toBe(
      url,
    );
    const { QueueUrls } = await client().send(new ListQueuesCommand({ QueueNamePrefix: 'by-' }));
    expect(QueueUrls).toEqual([url]);
    await send(url, 'x');
    await client().send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receive(url)).toEqual([]);
    await expect(send(`${endpoint}/000000000000/absent`, 'x')).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  it('has the limits of SQS', async () => {
    const { url } = await declare('strict', { MaximumMessageSize: 1024 });
    await expect(send(url, 'x'.repeat(1025))).rejects.toThrow('shorter than 1024');
    await expect(send(url, 'nul\u0000')).rejects.toThrow('characters outside');
    await expect(receive(url, { MaxNumberOfMessages: 11 })).rejects.toThrow('MaxNumberOfMessages');
    await expect(declare('fifo', { FifoQueue: true })).rejects.toThrow('FifoQueue');
    await expect(send(url, 'x', { MessageGroupId: 'g' })).rejects.toThrow('MessageGroupId');
  });

  it('checks permissions with the policy of the queue', async () => {
    const { url, arn } = await declare('guarded');
    const PolicyDocument = { Version: '2012-10-17', Statement: [] };
    await declare('policy', { Queues: [url], PolicyDocument }, 'AWS::SQS::QueuePolicy');
    const caller = {
      kind: 'service',
      service: 'events.amazonaws.com',
      sourceArn: 'arn:x',
    } as const;
    sqs.send(arn, { body: 'dead', attributes: { RULE_ARN: 'arn:x' } }, caller);
    expect(asked.at(-1)).toEqual({
      caller,
      action: 'sqs:SendMessage',
      resource: arn,
      resourcePolicy: PolicyDocument,
    });
    const [message] = await receive(url, { MessageAttributeNames: ['.*'] });
    expect(message?.MessageAttributes?.RULE_ARN?.StringValue).toBe('arn:x');
  });

  it('keeps its messages after a restart', async () => {
    const { url } = await declare('durable');
    await send(url, 'kept');
    sqs.close();
    start();
    await declare('durable');
    expect((await receive(url))[0]?.Body).toBe('kept');
  });
});
