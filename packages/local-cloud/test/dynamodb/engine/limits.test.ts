import { key, n, openEngine, SIMPLE_TABLE, s, TABLE } from './harness.ts';

const engine = openEngine();
beforeAll(() => {
  engine.execute('CreateTable', SIMPLE_TABLE);
  engine.execute('CreateTable', TABLE);
});
afterAll(() => engine.remove());

const put = (item: object, TableName = 'simple') =>
  engine.refusal('PutItem', { TableName, Item: { pk: s('a'), ...item } });
const fill = (bytes: number) => s('x'.repeat(bytes));

it('an item has at most 400 KB, names included', () => {
  // pk and a take 4 bytes.
  expect(put({ a: fill(409_600 - 4) })).toBe('not refused');
  expect(put({ a: fill(409_600 - 3) })).toBe(
    'ValidationException: Item size has exceeded the maximum allowed size',
  );
});

it('an update cannot make an item larger than 400 KB', () => {
  put({ a: fill(300_000) });
  const request = {
    TableName: 'simple',
    Key: { pk: s('a') },
    UpdateExpression: 'SET b = :b',
    ExpressionAttributeValues: { ':b': fill(200_000) },
  };
  expect(engine.refusal('UpdateItem', request)).toBe(
    'ValidationException: Item size to update has exceeded the maximum allowed size',
  );
});

it('keys have at most 2,048 and 1,024 bytes', () => {
  const both = (pk: number, sk: number) =>
    put({ pk: fill(pk), sk: fill(sk) }, 'uploads').replace(/^.*: /, '');
  expect(both(2048, 1024)).toBe('not refused');
  expect(both(2049, 1)).toMatch(/Size of hashkey has exceeded/);
  expect(both(1, 1025)).toMatch(/size of all range keys has exceeded the size limit of 1024/);
  expect(put({ ...key('a'), owner: fill(2049) }, 'uploads')).toMatch(/hashkey .* index byOwner/);
});

it('key attributes cannot be empty, other attributes can', () => {
  expect(put({ a: s(''), b: { B: '' } })).toBe('not refused');
  expect(put({ pk: s('') })).toMatch(/cannot contain an empty string value. Key: pk/);
  expect(put({ ...key('a'), owner: s('') }, 'uploads')).toMatch(
    /IndexName: byOwner, IndexKey: owner/,
  );
});

it.each([
  [{ SS: [] }, /An string set {2}may not be empty/],
  [{ NS: [] }, /An number set {2}may not be empty/],
  [{ BS: [] }, /Binary sets should not be empty/],
  [{ SS: ['a', 'a'] }, /Input collection \[a, a\] contains duplicates\./],
  [{ NS: ['1', '1.0'] }, /contains duplicates/],
  [{ NULL: false }, /Null attribute value types must have the value of true/],
  [{}, /Supplied AttributeValue is empty/],
  [{ S: 'a', N: '1' }, /more than one datatypes set/],
  [{ S: 1 }, /SerializationException: NUMBER_VALUE cannot be converted to String/],
  [{ B: 'x' }, /SerializationException: Base64/],
  [nested(32), /Nesting Levels have exceeded supported limits/],
])('the value %j is refused', (value, message) => {
  expect(put({ a: value })).toMatch(message);
});

it('31 levels of lists are allowed', () => {
  expect(put({ a: nested(31) })).toBe('not refused');
});

function nested(levels: number): object {
  return levels === 0 ? s('leaf') : { L: [nested(levels - 1)] };
}

it('expressions have at most 4 KB, 300 operators, 100 options and 32 levels', () => {
  const condition = (ConditionExpression: string) =>
    engine.refusal('PutItem', {
      TableName: 'simple',
      Item: { pk: s('a') },
      ConditionExpression,
      ExpressionAttributeValues: { ':v': n(1) },
    });
  expect(condition(`a = :v${' '.repeat(4096)}`)).toMatch(/Expression size has exceeded/);
  const many = Array.from({ length: 160 }, (_, i) => `a${i} = :v`).join(' OR ');
  expect(condition(many)).toMatch(/too many operators/);
  expect(condition(`a IN (${Array(101).fill(':v').join()})`)).toMatch(/number of operands: 101/);
  expect(condition(`${Array(33).fill('a').join('.')} = :v`)).toMatch(/nesting levels: 33/);
});

describe('batches and transactions', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, i) => ({ pk: s(`k${i}`) }));

  it('25 writes and 100 reads a batch', () => {
    const write = (count: number) =>
      engine.refusal('BatchWriteItem', {
        RequestItems: { simple: keys(count).map((Item) => ({ PutRequest: { Item } })) },
      });
    expect(write(25)).toBe('not refused');
    expect(write(26)).toMatch(/Member must have length less than or equal to 25/);
    const read = (count: number) =>
      engine.refusal('BatchGetItem', { RequestItems: { simple: { Keys: keys(count) } } });
    expect(read(100)).toBe('not refused');
    expect(read(101)).toMatch(/'RequestItems.simple.member.Keys' .* less than or equal to 100/);
  });

  it('100 actions and 4 MB a transaction', () => {
    const write = (items: readonly object[]) =>
      engine.refusal('TransactWriteItems', {
        TransactItems: items.map((Item) => ({ Put: { TableName: 'simple', Item } })),
      });
    expect(write(keys(100))).toBe('not refused');
    expect(write(keys(101))).toMatch(/less than or equal to 100/);
    const large = (count: number) => keys(count).map((each) => ({ ...each, a: fill(350_000) }));
    expect(write(large(11))).toBe('not refused');
    expect(write(large(12))).toMatch(/ValidationException: .*at most 4194304/);
  });

  it('16 MB a request for a batch of writes, counted in JSON', () => {
    // One byte each when stored, so that no item reaches 400 KB.
    const zeros = { L: Array.from({ length: 80_000 }, () => n('0.00000000000000000000')) };
    const write = (count: number) =>
      engine.refusal('BatchWriteItem', {
        RequestItems: {
          simple: keys(count).map((each) => ({ PutRequest: { Item: { ...each, zeros } } })),
        },
      });
    expect(write(1)).toBe('not refused');
    expect(write(7)).toMatch(/^ValidationException: The total request size exceeds 16 MB: /);
  });

  it('a batch of reads stops at 16 MB and says what is left', () => {
    for (const each of keys(60)) put({ ...each, a: fill(400_000) });
    const { Responses, UnprocessedKeys } = engine.execute('BatchGetItem', {
      RequestItems: { simple: { Keys: keys(60) } },
    }) as { Responses: { simple: object[] }; UnprocessedKeys: { simple: { Keys: object[] } } };
    expect(Responses.simple).toHaveLength(41);
    expect(UnprocessedKeys.simple.Keys).toHaveLength(19);
  });
});

it('a page of a query has at most 1 MB', () => {
  for (let i = 0; i < 5; i += 1) {
    const Item = { ...key('pages', `s${i}`), a: fill(300_000) };
    engine.execute('PutItem', { TableName: 'uploads', Item });
  }
  const query = (more: object) =>
    engine.execute('Query', {
      TableName: 'uploads',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': s('pages') },
      ...more,
    });
  const first = query({});
  expect(first.Count).toBe(3);
  expect(first.LastEvaluatedKey).toEqual(key('pages', 's2'));
  const second = query({ ExclusiveStartKey: first.LastEvaluatedKey });
  expect(second.Count).toBe(2);
  expect(second.LastEvaluatedKey).toBeUndefined();
});
