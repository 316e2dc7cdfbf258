import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDynamoDb, type DynamoDb } from '../../src/dynamodb/dynamodb.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import { type AuthorizationRequest, allowEverySignedCaller } from '../../src/shared/caller.ts';

const root = mkdtempSync(join(tmpdir(), 'dynamodb-'));
const asked: AuthorizationRequest[] = [];
let forbidden: ((request: AuthorizationRequest) => boolean) | undefined;
let dynamodb: DynamoDb;

function open(folder: string) {
  return createDynamoDb({
    folder,
    authorize(request) {
      asked.push(request);
      if (forbidden?.(request)) throw new AwsError('AccessDenied', 'denied', 403);
    },
  });
}

const TABLE = {
  AttributeDefinitions: ['pk', 'sk', 'owner'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  GlobalSecondaryIndexes: [index('byOwner', 'owner')],
};

function index(name: string, attribute: string) {
  return {
    IndexName: name,
    KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };
}

async function provide(engine: DynamoDb, properties: object) {
  const [provider] = engine.providers;
  if (!provider) throw new Error('no provider');
  return provider.provide({
    stackName: 'app',
    logicalId: 'Uploads',
    physicalName: 'app-uploads',
    properties: provider.properties.parse(properties),
    metadata: {},
  });
}

async function call(operation: string, body: object, engine = dynamodb) {
  const answer = await engine.service.handle({
    caller: { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r', sessionName: 's' },
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
    body: Buffer.from(JSON.stringify({ TableName: 'app-uploads', ...body })),
  });
  return { status: answer.status, body: JSON.parse(answer.body.toString()) };
}

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/app-uploads';

beforeAll(async () => {
  dynamodb = open(join(root, 'main'));
  await provide(dynamodb, TABLE);
});
beforeEach(() => {
  asked.length = 0;
  forbidden = undefined;
});
afterAll(async () => {
  await dynamodb.close();
  rmSync(root, { recursive: true });
});

const needs = () =>
  asked.map(({ action, resource, context = {} }) => [
    action,
    resource,
    context['dynamodb:leadingkeys'],
  ]);

describe('each call needs the permission for what it touches', () => {
  it('an item: the table, with the partition key as condition key', async () => {
    await call('PutItem', { Item: { ...key('a'), n: { N: '1' } } });
    expect((await call('GetItem', { Key: key('a') })).body.Item.n).toEqual({ N: '1' });
    expect(needs()).toEqual([
      ['dynamodb:PutItem', ARN, ['a']],
      ['dynamodb:GetItem', ARN, ['a']],
    ]);
  });

  it('a query: the table or the index, with the key that it asks for', async () => {
    await call('Query', {
      KeyConditionExpression: '#k = :v AND begins_with(sk, :s)',
      ExpressionAttributeNames: { '#k': 'pk' },
      ExpressionAttributeValues: { ':v': { S: 'a' }, ':s': { S: 'x' } },
    });
    await call('Query', {
      IndexName: 'byOwner',
      KeyConditionExpression: 'owner = :o',
      ExpressionAttributeValues: { ':o': { S: 'me' } },
    });
    expect(needs()).toEqual([
      ['dynamodb:Query', ARN, ['a']],
      ['dynamodb:Query', `${ARN}/index/byOwner`, ['me']],
    ]);
  });

  it('a query whose key cannot be read has a key that no policy allows', async () => {
    await call('Query', { KeyConditions: {} });
    expect(needs()).toEqual([['dynamodb:Query', ARN, ['\u0000']]]);
  });

  it('a transaction: what each of its writes needs', async () => {
    const TableName = 'app-uploads';
    const { status } = await call('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName, Item: key('b') } },
        {
          Update: {
            TableName,
            Key: key('c'),
            UpdateExpression: 'SET n = :n',
            ExpressionAttributeValues: { ':n': { N: '1' } },
          },
        },
        { Delete: { TableName, Key: key('d') } },
        {
          ConditionCheck: { TableName, Key: key('a'), ConditionExpression: 'attribute_exists(pk)' },
        },
      ],
    });
    expect(status).toBe(200);
    expect(needs()).toEqual([
      ['dynamodb:PutItem', ARN, ['b']],
      ['dynamodb:UpdateItem', ARN, ['c']],
      ['dynamodb:DeleteItem', ARN, ['d']],
      ['dynamodb:ConditionCheckItem', ARN, ['a']],
    ]);
    expect(asked[0]?.context?.['dynamodb:enclosingoperation']).toBe('TransactWriteItems');
  });

  it('batches: each table', async () => {
    await call('BatchWriteItem', {
      RequestItems: {
        'app-uploads': [{ PutRequest: { Item: key('e') } }, { DeleteRequest: { Key: key('f') } }],
      },
    });
    await call('BatchGetItem', { RequestItems: { 'app-uploads': { Keys: [key('e')] } } });
    expect(needs()).toEqual([
      ['dynamodb:BatchWriteItem', ARN, ['e', 'f']],
      ['dynamodb:BatchGetItem', ARN, ['e']],
    ]);
  });

  it('and one that is denied changes nothing', async () => {
    forbidden = ({ action }) => action === 'dynamodb:DeleteItem';
    const TableName = 'app-uploads';
    await expect(
      call('TransactWriteItems', {
        TransactItems: [
          { Put: { TableName, Item: key('never') } },
          { Delete: { TableName, Key: key('a') } },
        ],
      }),
    ).rejects.toThrow('denied');
    expect((await call('GetItem', { Key: key('never') })).body).toEqual({});
  });

  it('an operation that is not known is refused by name', async () => {
    await expect(call('ExecuteStatement', { Statement: 'SELECT' })).rejects.toThrow(
      /no operation ExecuteStatement; it has GetItem/,
    );
  });
});

it('The reasons of a cancelled transaction come through', async () => {
  const { status, body } = await call('TransactWriteItems', {
    TransactItems: [
      {
        Put: {
          TableName: 'app-uploads',
          Item: key('a'),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ],
  });
  expect(status).toBe(400);
  expect(body.__type).toMatch(/TransactionCanceledException$/);
  expect(body.CancellationReasons).toEqual([
    expect.objectContaining({ Code: 'ConditionalCheckFailed', Item: expect.anything() }),
  ]);
});

it("A table's description names the region that the cloud plays", async () => {
  expect((await call('DescribeTable', {})).body.Table.TableArn).toBe(ARN);
});

describe('a table', () => {
  it('keeps its items when the template adds and removes indexes', async () => {
    await call('PutItem', { Item: { ...key('kept'), owner: { S: 'me' } } });
    await provide(dynamodb, { ...TABLE, GlobalSecondaryIndexes: [index('bySk', 'sk')] });
    const { Table } = (await call('DescribeTable', {})).body;
    expect(
      Table.GlobalSecondaryIndexes.map((each: { IndexName: string }) => each.IndexName),
    ).toEqual(['bySk']);
    expect((await call('GetItem', { Key: key('kept') })).body.Item).toBeDefined();
    await provide(dynamodb, TABLE);
  });

  it('with another key than the one that is there is refused', async () => {
    const changed = { ...TABLE, KeySchema: TABLE.KeySchema.slice(0, 1) };
    await expect(provide(dynamodb, changed)).rejects.toThrow(/CloudFormation would replace it/);
  });

  it('with a stream is refused', async () => {
    await expect(provide(dynamodb, { ...TABLE, StreamSpecification: {} })).rejects.toThrow(
      /StreamSpecification/,
    );
  });
});

describe('the process', () => {
  const running = (pid: number) => {
    const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .stdout.toString()
      .trim();
    return state !== '' && !state.startsWith('Z');
  };

  it('dies with its parent, killed without a word, and the next start has all that was answered', async () => {
    const folder = join(root, 'killed');
    const parent = spawn(
      process.execPath,
      [fileURLToPath(new URL('./host-process.ts', import.meta.url)), folder],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(parent.stdout, 'data');
    const pid = Number(readFileSync(join(folder, 'java.pid'), 'utf8'));
    expect(running(pid)).toBe(true);
    parent.kill('SIGKILL');
    for (let waited = 0; running(pid) && waited < 100; waited++) {
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(running(pid)).toBe(false);

    const again = createDynamoDb({ folder, authorize: allowEverySignedCaller });
    await provide(again, TABLE);
    await call('PutItem', { Item: key('a') }, again);
    const second = Number(readFileSync(join(folder, 'java.pid'), 'utf8'));
    await again.close();
    expect(running(second)).toBe(false);
    expect(existsSync(join(folder, 'java.pid'))).toBe(false);
  });

  it.each([
    [
      'missing',
      undefined,
      /needs Java 17 or newer on the PATH or in JAVA_HOME; there is no java\./,
    ],
    ['too old', 'openjdk version "11.0.2"', /needs Java 17 .*; found openjdk version "11.0.2"/],
  ])('says in one line that Java is %s', async (name, version, message) => {
    const home = join(root, name);
    mkdirSync(join(home, 'bin'), { recursive: true });
    if (version) {
      const script = `#!/bin/sh\n[ "$1" = -version ] && echo '${version}' >&2 && exit\necho UnsupportedClassVersionError >&2; exit 1\n`;
      writeFileSync(join(home, 'bin', 'java'), script);
      chmodSync(join(home, 'bin', 'java'), 0o755);
    }
    const engine = createDynamoDb({
      folder: join(home, 'data'),
      authorize: () => {},
      environment: {
        PATH: version ? process.env.PATH : home,
        JAVA_HOME: version ? home : undefined,
      },
    });
    await expect(engine.ready).rejects.toThrow(message);
    await engine.close();
  });
});
