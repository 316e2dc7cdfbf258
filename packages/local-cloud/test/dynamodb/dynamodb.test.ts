import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDynamoDb, type DynamoDb } from '../../src/dynamodb/dynamodb.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import type { AuthorizationRequest } from '../../src/shared/caller.ts';
import type { CapacityEntry } from '../../src/shared/capacity-log.ts';
import { systemClock } from '../../src/shared/clock.ts';

const root = mkdtempSync(join(tmpdir(), 'dynamodb-'));
const asked: AuthorizationRequest[] = [];
const capacity: CapacityEntry[] = [];
let forbidden: ((request: AuthorizationRequest) => boolean) | undefined;
let dynamodb: DynamoDb;

function open(folder: string) {
  return createDynamoDb({
    folder,
    clock: systemClock,
    authorize(request) {
      asked.push(request);
      if (forbidden?.(request)) throw new AwsError('AccessDenied', 'denied', 403);
    },
    recordCapacity: (entry) => void capacity.push(entry),
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

const ON_ONE_TABLE = /^(Query|Scan|DescribeTable|(Get|Put|Update|Delete)Item)$/;

async function call(operation: string, body: object, engine = dynamodb) {
  const response = await engine.service.handle({
    caller: { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r', sessionName: 's' },
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {
      'x-amz-target': `${/Stream|Records|Shard/.test(operation) ? 'DynamoDBStreams' : 'DynamoDB'}_20120810.${operation}`,
    },
    body: Buffer.from(
      JSON.stringify(ON_ONE_TABLE.test(operation) ? { TableName: 'app-uploads', ...body } : body),
    ),
  });
  return JSON.parse(response.body.toString());
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
afterAll(() => {
  dynamodb.close();
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
    expect((await call('GetItem', { Key: key('a') })).Item.n).toEqual({ N: '1' });
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
      KeyConditionExpression: '#o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: 'me' } },
    });
    expect(needs()).toEqual([
      ['dynamodb:Query', ARN, ['a']],
      ['dynamodb:Query', `${ARN}/index/byOwner`, ['me']],
    ]);
  });

  it('attributes, selection and return values are condition keys', async () => {
    await call('Query', {
      KeyConditionExpression: 'pk = :v',
      ProjectionExpression: '#n, tags[0]',
      ExpressionAttributeNames: { '#n': 'n' },
      ExpressionAttributeValues: { ':v': { S: 'a' } },
      ReturnConsumedCapacity: 'TOTAL',
    });
    await call('DeleteItem', { Key: key('gone'), ReturnValues: 'ALL_OLD' });
    expect(asked.map(({ context }) => context)).toEqual([
      {
        'dynamodb:leadingkeys': ['a'],
        'dynamodb:attributes': ['pk', 'n', 'tags'],
        'dynamodb:select': 'SPECIFIC_ATTRIBUTES',
        'dynamodb:returnconsumedcapacity': 'TOTAL',
      },
      {
        'dynamodb:leadingkeys': ['gone'],
        'dynamodb:attributes': ['pk', 'sk'],
        'dynamodb:returnvalues': 'ALL_OLD',
      },
    ]);
  });

  it('a scan has no leading keys, so a condition on them does not allow it', async () => {
    await call('Scan', {});
    expect(asked[0]?.context).toEqual({ 'dynamodb:select': 'ALL_ATTRIBUTES' });
  });

  it('a request that cannot be read is refused before its permissions are checked', async () => {
    await expect(call('Query', { KeyConditions: {} })).rejects.toThrow(/KeyConditions/);
    expect(asked).toEqual([]);
  });

  it('a table by its ARN: the table of this account, whatever account the ARN names', async () => {
    const TableName = 'arn:aws:dynamodb:eu-west-1:999999999999:table/app-uploads';
    await call('GetItem', { TableName, Key: key('a') });
    await call('ListTagsOfResource', { ResourceArn: ARN });
    expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
      ['dynamodb:GetItem', ARN],
      ['dynamodb:ListTagsOfResource', ARN],
    ]);
  });

  it('the resource policy of the table is part of the decision', async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await call('PutResourcePolicy', { ResourceArn: ARN, Policy });
    await call('GetItem', { Key: key('a') });
    await call('DeleteResourcePolicy', { ResourceArn: ARN });
    expect(asked.map(({ resourcePolicy }) => resourcePolicy)).toEqual([
      undefined,
      JSON.parse(Policy),
      JSON.parse(Policy),
    ]);
  });

  it('actions on the account have no resource', async () => {
    await call('ListTables', {});
    expect(needs()).toEqual([['dynamodb:ListTables', '*', undefined]]);
  });

  it('a transaction: what each of its writes needs', async () => {
    const TableName = 'app-uploads';
    await call('TransactWriteItems', {
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
    expect(await call('GetItem', { Key: key('never') })).toEqual({});
  });

  it('an operation that is not known is refused by name', async () => {
    await expect(call('ExecuteStatement', { Statement: 'SELECT' })).rejects.toThrow(
      /does not support ExecuteStatement: it has no PartiQL/,
    );
  });
});

it('a cancelled transaction has its reasons', async () => {
  await call('PutItem', { Item: key('taken') });
  const cancelled = call('TransactWriteItems', {
    TransactItems: [
      {
        Put: {
          TableName: 'app-uploads',
          Item: key('taken'),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ],
  });
  await expect(cancelled).rejects.toMatchObject({
    code: 'TransactionCanceledException',
    status: 400,
    members: {
      CancellationReasons: [
        expect.objectContaining({ Code: 'ConditionalCheckFailed', Item: key('taken') }),
      ],
    },
  });
});

it('DescribeTable names the region of the cloud', async () => {
  expect((await call('DescribeTable', {})).Table.TableArn).toBe(ARN);
});

describe('a table', () => {
  it('keeps its items when the template adds and removes indexes', async () => {
    await call('PutItem', { Item: { ...key('kept'), owner: { S: 'me' } } });
    await provide(dynamodb, { ...TABLE, GlobalSecondaryIndexes: [index('bySk', 'sk')] });
    const { Table } = await call('DescribeTable', {});
    expect(
      Table.GlobalSecondaryIndexes.map((each: { IndexName: string }) => each.IndexName),
    ).toEqual(['bySk']);
    expect((await call('GetItem', { Key: key('kept') })).Item).toBeDefined();
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

it('each request is recorded with its caller and the units that it consumed, refused ones included', async () => {
  capacity.length = 0;
  const Item = { ...key('counted'), owner: { S: 'me' } };
  await call('PutItem', { Item });
  const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
  await expect(call('PutItem', { Item, ...condition })).rejects.toThrow(/conditional/);
  await call('GetItem', { Key: key('counted'), ConsistentRead: true });
  await call('DescribeTable', {});
  const entry = (operation: string, readUnits: number, writeUnits: number) => ({
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    caller: 'arn:aws:iam::000000000000:role/r',
    operation,
    table: 'app-uploads',
    readUnits,
    writeUnits,
  });
  expect(capacity).toEqual([
    entry('PutItem', 0, 2),
    entry('PutItem', 0, 1),
    entry('GetItem', 1, 0),
  ]);
});

describe('a data folder', () => {
  it('has everything after a restart', async () => {
    const folder = join(root, 'restarted');
    const first = open(folder);
    await provide(first, TABLE);
    await call('PutItem', { Item: key('a') }, first);
    first.close();
    const second = open(folder);
    await provide(second, TABLE);
    expect((await call('GetItem', { Key: key('a') }, second)).Item).toEqual(key('a'));
    second.close();
  });

  it('that DynamoDB Local has written is refused, with the remedy', () => {
    const folder = join(root, 'old');
    mkdirSync(folder);
    writeFileSync(join(folder, 'access-key'), 'AKIA');
    expect(() => open(folder)).toThrow(/earlier version, with DynamoDB Local.*npm run reset/);
  });

  it('that is damaged is refused, with its path', () => {
    const folder = join(root, 'damaged');
    mkdirSync(folder);
    writeFileSync(join(folder, 'dynamodb.sqlite'), 'not a database, but long enough'.repeat(200));
    expect(() => open(folder)).toThrow(/damaged\/dynamodb\.sqlite is damaged/);
  });
});

it('needs the permission of the stream that is read, also where an iterator names it', async () => {
  const TableName = 'streamed';
  const { LatestStreamArn: StreamArn } = (
    await call('CreateTable', {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    })
  ).TableDescription;
  asked.length = 0;
  await call('ListStreams', {});
  const { StreamDescription } = await call('DescribeStream', { StreamArn });
  const { ShardIterator } = await call('GetShardIterator', {
    StreamArn,
    ShardId: StreamDescription.Shards[0].ShardId,
    ShardIteratorType: 'LATEST',
  });
  await call('GetRecords', { ShardIterator });
  expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
    ['dynamodb:ListStreams', '*'],
    ['dynamodb:DescribeStream', StreamArn],
    ['dynamodb:GetShardIterator', StreamArn],
    ['dynamodb:GetRecords', StreamArn],
  ]);
});
