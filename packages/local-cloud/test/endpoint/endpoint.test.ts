import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createEndpoint, type Endpoint, type InterceptCall } from '../../src/endpoint/endpoint.ts';
import { createIam, type Iam } from '../../src/iam/iam.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import type { Credentials } from '../../src/shared/caller.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import type { Service, ServiceRequest } from '../../src/shared/service.ts';
import { type Ending, exchange, requestBytes, statusesOf } from '../raw-connection.ts';

/** A service that responds with the result of `act`, and records its calls. */
function service(
  signingName: string,
  protocol: Service['protocol'],
  act: () => unknown = () => ({}),
) {
  const seen: ServiceRequest[] = [];
  const made: Service = {
    signingName,
    protocol,
    async handle(request) {
      seen.push(request);
      return { status: 200, headers: {}, body: JSON.stringify(act()) };
    },
  };
  return { made, seen };
}

const folder = mkdtempSync(join(tmpdir(), 'front-door-'));
const clock = new MovableClock();
let iam: Iam;
let door: Endpoint | undefined;

beforeAll(() => {
  iam = createIam({ folder, clock, recordAudit: () => {} });
});
afterEach(() => door?.close());
afterAll(() => {
  iam.close();
  rmSync(folder, { recursive: true });
});

async function open(services: Service[], more: { intercept?: InterceptCall } = {}) {
  const faults: unknown[] = [];
  door = createEndpoint({
    services,
    credentials: iam.credentials,
    clock,
    newId: () => 'id-1',
    onError: (error) => faults.push(error),
    ...more,
  });
  const endpoint = await door.listen(0);
  const settings = (credentials: Credentials = iam.operator) => ({
    endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  return { endpoint, settings, faults };
}

const denied = () => {
  throw new AwsError('AccessDenied', 'User: x is not authorized', 403);
};

describe('a signed call', () => {
  it('reaches its service with its caller, in every protocol', async () => {
    const dynamodb = service('dynamodb', 'json-1.0', () => ({ TableNames: ['t'] }));
    const lambda = service('lambda', 'rest-json', () => ({ Functions: [] }));
    const { settings } = await open([dynamodb.made, lambda.made, iam.service]);
    const tables = await new DynamoDBClient(settings()).send(new ListTablesCommand({}));
    expect(tables.TableNames).toEqual(['t']);
    expect(tables.$metadata.requestId).toBe('id-1');
    expect(dynamodb.seen[0]).toMatchObject({ caller: { kind: 'root' }, method: 'POST', path: '/' });

    await new LambdaClient(settings()).send(new ListFunctionsCommand({ MaxItems: 3 }));
    expect(lambda.seen[0]?.path).toBe('/2015-03-31/functions');
    expect(lambda.seen[0]?.query.get('MaxItems')).toBe('3');

    const identity = await new STSClient(settings()).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
    });
  });

  it('with a wrong secret or an unknown key is refused before it reaches the service', async () => {
    const dynamodb = service('dynamodb', 'json-1.0');
    const { settings } = await open([dynamodb.made]);
    const as = (credentials: Credentials) =>
      new DynamoDBClient(settings(credentials)).send(new ListTablesCommand({}));
    await expect(as({ ...iam.operator, secretAccessKey: 'wrong' })).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(as({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' })).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    expect(dynamodb.seen).toEqual([]);
  });

  it('with a body other than the signed one is refused', async () => {
    const dynamodb = service('dynamodb', 'json-1.0');
    const { settings } = await open([dynamodb.made]);
    const client = new DynamoDBClient(settings());
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.request as object, { body: '[]' });
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
    expect(dynamodb.seen).toEqual([]);
  });

  it('to an unknown service is refused with the list of services', async () => {
    const { settings } = await open([service('dynamodb', 'json-1.0').made]);
    await expect(
      new LambdaClient(settings()).send(new ListFunctionsCommand({})),
    ).rejects.toMatchObject({
      name: 'UnknownServiceException',
      message: 'The local cloud has no service "lambda" at this endpoint; it has dynamodb.',
    });
  });
});

it('A call without a signature is refused with MissingAuthenticationToken', async () => {
  const { endpoint } = await open([iam.service]);
  const response = await fetch(endpoint, { method: 'POST', body: '{}' });
  expect(response.status).toBe(403);
  expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
});

it.each<Ending>(['half-closes', 'destroys'])(
  'A client that %s the connection within its body is no internal error',
  async (ending) => {
    const { endpoint, faults } = await open([service('sqs', 'json-1.0').made]);
    const bytes = requestBytes({ method: 'POST', path: '/', body: 'a body of some length' });
    for (let cut = bytes.length - 20; cut < bytes.length; cut += 1) {
      const received = await exchange(endpoint, bytes.subarray(0, cut), ending);
      for (const status of statusesOf(received)) expect(status).toBe(400);
    }
    expect((await fetch(endpoint)).status).toBe(403);
    expect(faults).toEqual([]);
  },
);

it('A body over the limit is refused without being read', async () => {
  const { endpoint } = await open([iam.service]);
  const response = await fetch(endpoint, { method: 'POST', body: Buffer.alloc(25 * 1024 * 1024) });
  expect(response.status).toBe(413);
});

describe("a service's error is written in its protocol", () => {
  it('JSON: AccessDeniedException with 400', async () => {
    const { settings } = await open([service('dynamodb', 'json-1.0', denied).made]);
    const call = new DynamoDBClient(settings()).send(new ListTablesCommand({}));
    await expect(call).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'User: x is not authorized',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('REST: AccessDeniedException with 403', async () => {
    const { settings } = await open([service('lambda', 'rest-json', denied).made]);
    const call = new LambdaClient(settings()).send(new ListFunctionsCommand({}));
    await expect(call).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('query: XML', async () => {
    const { settings } = await open([service('sts', 'query', denied).made]);
    const call = new STSClient(settings()).send(new GetCallerIdentityCommand({}));
    await expect(call).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'User: x is not authorized',
    });
  });

  it('with its members', async () => {
    const act = () => {
      throw new AwsError('QueueDoesNotExist', 'No queue', 400, { queue: 'q' });
    };
    const { settings } = await open([service('sqs', 'json-1.0', act).made]);
    const call = new SQSClient(settings()).send(
      new SendMessageCommand({ QueueUrl: 'http://q', MessageBody: 'm' }),
    );
    await expect(call).rejects.toMatchObject({ name: 'QueueDoesNotExist', queue: 'q' });
  });

  it('an internal error is InternalFailure and is reported', async () => {
    const broken = () => {
      throw new TypeError('oops');
    };
    const { settings, faults } = await open([service('dynamodb', 'json-1.0', broken).made]);
    const call = new DynamoDBClient(settings()).send(new ListTablesCommand({}));
    await expect(call).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    expect(faults).toEqual([expect.any(TypeError)]);
  });
});

it('Every call can be intercepted before and after its effect', async () => {
  const dynamodb = service('dynamodb', 'json-1.0');
  const heard: string[] = [];
  const { settings } = await open([dynamodb.made], {
    async intercept({ service: name, operation }, next) {
      heard.push(`${name} ${operation}`);
      await next();
      throw new AwsError('InternalServerError', 'lost after the effect', 500);
    },
  });
  const call = new DynamoDBClient(settings()).send(new ListTablesCommand({}));
  await expect(call).rejects.toMatchObject({ name: 'InternalServerError' });
  expect(heard).toEqual(['dynamodb ListTables']);
  expect(dynamodb.seen).toHaveLength(1);
});

it('Responses have the time of the cloud, so an SDK follows a moved clock', async () => {
  const { settings } = await open([service('dynamodb', 'json-1.0').made]);
  clock.advance(6 * 3600_000);
  const client = new DynamoDBClient({ ...settings(), maxAttempts: 3 });
  await expect(client.send(new ListTablesCommand({}))).resolves.toBeDefined();
});
