import { accessOf, UNKNOWN_KEY } from '../../../src/dynamodb/engine/index.ts';
import { key, n, openEngine, s, TABLE } from './harness.ts';

const engine = openEngine();
beforeAll(() => {
  engine.execute('CreateTable', TABLE);
});
afterAll(() => engine.remove());

const TableName = 'uploads';
const access = (operation: string, body: object) => accessOf(operation, body, engine.tables) ?? [];

it('GetItem touches its key and what it projects', () => {
  expect(
    access('GetItem', {
      TableName,
      Key: key('a'),
      ProjectionExpression: '#o, map_.x',
      ExpressionAttributeNames: { '#o': 'owner' },
    }),
  ).toEqual([
    {
      action: 'GetItem',
      table: TableName,
      leadingKeys: ['a'],
      attributes: ['pk', 'sk', 'owner', 'map_'],
      select: 'SPECIFIC_ATTRIBUTES',
    },
  ]);
});

it('UpdateItem touches what it changes, reads and compares', () => {
  expect(
    access('UpdateItem', {
      TableName,
      Key: key('a'),
      UpdateExpression: 'SET a = if_not_exists(b, c), d = d + :one REMOVE e ADD f :one',
      ConditionExpression: 'g = :one OR size(h) > :one',
      ExpressionAttributeValues: { ':one': n(1) },
      ReturnValues: 'ALL_NEW',
    }),
  ).toEqual([
    {
      action: 'UpdateItem',
      table: TableName,
      leadingKeys: ['a'],
      attributes: ['pk', 'sk', 'g', 'h', 'a', 'd', 'e', 'f', 'b', 'c'],
      returnValues: 'ALL_NEW',
    },
  ]);
});

it.each([
  ['#k = :v', { '#k': 'owner' }],
  ['(#k = :v) AND created > :w', { '#k': 'owner' }],
  [':v = #k', { '#k': 'owner' }],
])('Query of an index by %s has the key of the index', (KeyConditionExpression, names) => {
  const [found] = access('Query', {
    TableName,
    IndexName: 'byOwner',
    KeyConditionExpression,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ':v': s('me'), ':w': s('1') },
  });
  expect(found).toMatchObject({
    action: 'Query',
    index: 'byOwner',
    leadingKeys: ['me'],
    select: 'ALL_PROJECTED_ATTRIBUTES',
  });
});

it('a condition that only looks like one on the key does not count', () => {
  const query = {
    TableName,
    KeyConditionExpression: 'sk = :mine AND pk = :other',
    ExpressionAttributeValues: { ':mine': s('me'), ':other': s('you') },
  };
  expect(access('Query', query)[0]?.leadingKeys).toEqual(['you']);
  expect(() =>
    access('Query', { ...query, KeyConditionExpression: 'pk = :mine OR pk = :other' }),
  ).toThrow(/Invalid operator used in KeyConditionExpression: OR/);
});

it('a transaction has the access of each action', () => {
  const found = access('TransactWriteItems', {
    TransactItems: [
      { Put: { TableName, Item: { ...key('a'), x: n(1) } } },
      { Delete: { TableName, Key: key('b') } },
      { ConditionCheck: { TableName, Key: key('c'), ConditionExpression: 'attribute_exists(y)' } },
    ],
  });
  expect(
    found.map(({ action, leadingKeys, attributes }) => [action, leadingKeys, attributes]),
  ).toEqual([
    ['PutItem', ['a'], ['pk', 'sk', 'x']],
    ['DeleteItem', ['b'], ['pk', 'sk']],
    ['ConditionCheckItem', ['c'], ['pk', 'sk', 'y']],
  ]);
  expect(found[0]?.enclosingOperation).toBe('TransactWriteItems');
});

it('batches have the keys of all their items', () => {
  expect(
    access('BatchWriteItem', {
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: key('a') } }, { DeleteRequest: { Key: key('b') } }],
      },
    }),
  ).toMatchObject([{ leadingKeys: ['a', 'b'], attributes: ['pk', 'sk'] }]);
  expect(
    access('BatchGetItem', { RequestItems: { [TableName]: { Keys: [key('a'), key('b')] } } }),
  ).toMatchObject([{ leadingKeys: ['a', 'b'], select: 'ALL_ATTRIBUTES' }]);
});

it('a scan has no leading key and reads everything', () => {
  expect(access('Scan', { TableName })).toEqual([
    {
      action: 'Scan',
      table: TableName,
      leadingKeys: [],
      attributes: [],
      select: 'ALL_ATTRIBUTES',
    },
  ]);
});

it('the key of a table that is not known equals no policy’s value', () => {
  const request = { TableName: 'unknown', Key: key('a') };
  expect(access('GetItem', request)[0]?.leadingKeys).toEqual([UNKNOWN_KEY]);
});
