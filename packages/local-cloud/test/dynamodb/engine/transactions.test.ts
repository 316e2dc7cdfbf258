import { AwsError } from '../../../src/dynamodb/engine/shared.ts';
import { n, openEngine, SIMPLE_TABLE, s } from './harness.ts';

let engine: ReturnType<typeof openEngine>;
beforeEach(() => {
  engine = openEngine();
  engine.execute('CreateTable', SIMPLE_TABLE);
});
afterEach(() => engine.remove());

const TableName = 'simple';
const put = (pk: string, more: object = {}, rest: object = {}) => ({
  Put: { TableName, Item: { pk: s(pk), ...more }, ...rest },
});
const increment = (pk: string) => ({
  Update: {
    TableName,
    Key: { pk: s(pk) },
    UpdateExpression: 'ADD total_ :one',
    ExpressionAttributeValues: { ':one': n(1) },
  },
});
const ONLY_NEW = { ConditionExpression: 'attribute_not_exists(pk)' };
const transact = (TransactItems: object[], more: object = {}) =>
  engine.execute('TransactWriteItems', { TransactItems, ...more });
const item = (pk: string) => engine.execute('GetItem', { TableName, Key: { pk: s(pk) } }).Item;

function reasons(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) return error.members.CancellationReasons;
    throw error;
  }
  throw new Error('expected the transaction to be cancelled');
}

it('writes all items', () => {
  transact([put('a'), increment('b'), { Delete: { TableName, Key: { pk: s('c') } } }]);
  expect([item('a'), item('b'), item('c')]).toEqual([
    { pk: s('a') },
    { pk: s('b'), total_: n(1) },
    undefined,
  ]);
});

it('writes nothing where one condition fails, and gives the reason of each action', () => {
  transact([put('there', { was: n(1) })]);
  const returned = { ...ONLY_NEW, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
  expect(reasons(() => transact([put('a'), put('there', {}, returned), increment('b')]))).toEqual([
    { Code: 'None' },
    {
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      Item: { pk: s('there'), was: n(1) },
    },
    { Code: 'None' },
  ]);
  expect([item('a'), item('b')]).toEqual([undefined, undefined]);
});

it('gives ValidationError as the reason where an update does not fit its item', () => {
  transact([put('a', { total_: s('text') })]);
  expect(reasons(() => transact([put('b'), increment('a')]))).toEqual([
    { Code: 'None' },
    {
      Code: 'ValidationError',
      Message: 'An operand in the update expression has an incorrect data type',
    },
  ]);
});

it('refuses two actions on one item', () => {
  expect(engine.refusal('TransactWriteItems', { TransactItems: [put('a'), increment('a')] })).toBe(
    'ValidationException: Transaction request cannot include multiple operations on one item',
  );
});

it('refuses an action that is none or two', () => {
  const both = { ...put('a'), ...increment('b') };
  for (const action of [{}, both]) {
    expect(engine.refusal('TransactWriteItems', { TransactItems: [action] })).toMatch(
      /ValidationException: TransactItems can only contain one of/,
    );
  }
});

describe('a client request token', () => {
  const request = [increment('a')];

  it('does the writes of a repeated request once', () => {
    transact(request, { ClientRequestToken: 't' });
    transact(request, { ClientRequestToken: 't' });
    expect(item('a')).toEqual({ pk: s('a'), total_: n(1) });
  });

  it('lasts 10 minutes, also when the engine is opened again', () => {
    transact(request, { ClientRequestToken: 't' });
    engine.clock.advance(9 * 60_000);
    engine.reopen();
    transact(request, { ClientRequestToken: 't' });
    expect(item('a')).toEqual({ pk: s('a'), total_: n(1) });
    engine.clock.advance(60_000);
    transact(request, { ClientRequestToken: 't' });
    expect(item('a')).toEqual({ pk: s('a'), total_: n(2) });
  });

  it('belongs to one request', () => {
    transact(request, { ClientRequestToken: 't' });
    expect(
      engine.refusal('TransactWriteItems', {
        TransactItems: [increment('b')],
        ClientRequestToken: 't',
      }),
    ).toMatch(/^IdempotentParameterMismatchException/);
  });

  it('is free again after a transaction that was cancelled', () => {
    transact([put('a')]);
    const failing = { TransactItems: [put('a', {}, ONLY_NEW)], ClientRequestToken: 't' };
    expect(engine.refusal('TransactWriteItems', failing)).toMatch(/TransactionCanceled/);
    transact([increment('b')], { ClientRequestToken: 't' });
    expect(item('b')).toBeDefined();
  });
});

it('is cancelled by conflicts as often as asked, the same ones for the same seed', () => {
  const outcomes = (seed: number) => {
    const other = openEngine({ transactionConflicts: { seed, rate: 0.3 } });
    other.execute('CreateTable', SIMPLE_TABLE);
    const found = Array.from({ length: 200 }, (_, i) =>
      other.refusal('TransactWriteItems', { TransactItems: [put(`a${i}`), put(`b${i}`)] }),
    );
    const items = other.execute('Scan', { TableName }).Count;
    other.remove();
    return { found, items };
  };
  const { found, items } = outcomes(3);
  const conflicts = found.filter((each) => each.includes('TransactionConflict'));
  expect(conflicts.length).toBeGreaterThan(40);
  expect(conflicts.length).toBeLessThan(80);
  expect(items).toBe(2 * (200 - conflicts.length));
  expect(new Set(conflicts).size).toBe(2);
  expect(outcomes(3).found).toEqual(found);
});

describe('TransactGetItems', () => {
  const get = (pk: string, more: object = {}) => ({
    Get: { TableName, Key: { pk: s(pk) }, ...more },
  });

  it('returns the items in the order of the request, and nothing for those that are missing', () => {
    transact([put('a', { x: n(1), y: n(2) })]);
    const { Responses } = engine.execute('TransactGetItems', {
      TransactItems: [get('missing'), get('a', { ProjectionExpression: 'x' })],
    });
    expect(Responses).toEqual([{}, { Item: { x: n(1) } }]);
  });

  it('is cancelled for a key that does not fit', () => {
    const request = { TransactItems: [get('a'), { Get: { TableName, Key: {} } }] };
    expect(reasons(() => engine.execute('TransactGetItems', request))).toEqual([
      { Code: 'None' },
      {
        Code: 'ValidationError',
        Message: 'The provided key element does not match the schema',
      },
    ]);
  });
});
