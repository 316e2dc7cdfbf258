import { key, openEngine, s, TABLE } from './harness.ts';

const MAX_BYTES = 10_000;
const TOO_LARGE = 'ItemCollectionSizeLimitExceededException: Collection size exceeded.';

let engine: ReturnType<typeof openEngine>;
beforeEach(() => {
  engine = openEngine({ maxItemCollectionBytes: MAX_BYTES });
  engine.execute('CreateTable', TABLE);
});
afterEach(() => engine.remove());

const fill = (bytes: number) => s('x'.repeat(bytes));
/** An item of `bytes` bytes: names and values of its key take 4 + `pk` + `sk`, the name of `a` one. */
const item = (pk: string, sk: string, bytes: number) => ({
  ...key(pk, sk),
  a: fill(bytes - 5 - pk.length - sk.length),
});
const put = (pk: string, sk: string, bytes: number) =>
  engine.refusal('PutItem', { TableName: 'uploads', Item: item(pk, sk, bytes) });
const remove = (pk: string, sk: string) =>
  engine.refusal('DeleteItem', { TableName: 'uploads', Key: key(pk, sk) });

it('a collection may be exactly as large as the limit, and no byte larger', () => {
  expect(put('p', '1', 6_000)).toBe('not refused');
  expect(put('p', '2', 4_001)).toBe(TOO_LARGE);
  expect(put('p', '2', 4_000)).toBe('not refused');
});

it('a refused write changes nothing', () => {
  put('p', '1', 6_000);
  put('p', '2', 5_000);
  expect(engine.execute('GetItem', { TableName: 'uploads', Key: key('p', '2') })).toEqual({});
  expect(put('p', '3', 4_000)).toBe('not refused');
});

it('each partition key has a collection of its own', () => {
  put('p', '1', 10_000);
  expect(put('q', '1', 10_000)).toBe('not refused');
});

it('entries of local indexes count, entries of global ones do not', () => {
  const write = (bytes: number, more: object) =>
    engine.refusal('PutItem', {
      TableName: 'uploads',
      Item: { ...item('p', '1', bytes), ...more },
    });
  // The entry in byCreation has the keys of table and index: pk, sk, created.
  const entry = 'pk'.length + 1 + 'sk'.length + 1 + 'created'.length + 1;
  const created = 'created'.length + 1;
  expect(write(MAX_BYTES - created - entry + 1, { created: s('1') })).toBe(TOO_LARGE);
  expect(write(MAX_BYTES - created - entry, { created: s('1') })).toBe('not refused');
  // byOwner projects all attributes.
  expect(write(MAX_BYTES - 'owner'.length - 1, { owner: s('m') })).toBe('not refused');
});

it('writes that shrink a full collection are allowed, and make room', () => {
  put('p', '1', 6_000);
  put('p', '2', 4_000);
  expect(put('p', '1', 5_000)).toBe('not refused');
  expect(put('p', '1', 6_001)).toBe(TOO_LARGE);
  expect(remove('p', '2')).toBe('not refused');
  expect(put('p', '3', 5_000)).toBe('not refused');
});

it('an existing collection above the limit can be read and made smaller, but not larger', () => {
  put('p', '1', 6_000);
  put('p', '2', 4_000);
  engine.reopen({ maxItemCollectionBytes: 5_000 });
  expect(put('p', '1', 6_001)).toBe(TOO_LARGE);
  expect(put('p', '1', 5_900)).toBe('not refused');
  expect(engine.refusal('GetItem', { TableName: 'uploads', Key: key('p', '1') })).toBe(
    'not refused',
  );
});

it('an update that grows an item is a write like any other', () => {
  put('p', '1', 9_000);
  const grow = (bytes: number) =>
    engine.refusal('UpdateItem', {
      TableName: 'uploads',
      Key: key('p', '1'),
      UpdateExpression: 'SET b = :b',
      ExpressionAttributeValues: { ':b': fill(bytes) },
    });
  expect(grow(1_000)).toBe(TOO_LARGE);
  expect(grow(999)).toBe('not refused');
});

it('a batch that makes a collection too large is refused', () => {
  const RequestItems = {
    uploads: ['1', '2'].map((sk) => ({ PutRequest: { Item: item('p', sk, 6_000) } })),
  };
  expect(engine.refusal('BatchWriteItem', { RequestItems })).toBe(TOO_LARGE);
});

it('a transaction that makes a collection too large is cancelled, with the reason at its action', () => {
  const TransactItems = ['1', '2', '3'].map((sk) => ({
    Put: { TableName: 'uploads', Item: item('p', sk, 4_000) },
  }));
  expect(engine.refusal('TransactWriteItems', { TransactItems })).toBe(
    'TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, ItemCollectionSizeLimitExceeded]',
  );
  expect(engine.execute('Scan', { TableName: 'uploads' }).Count).toBe(0);
});

it('a table of the same name starts with empty collections', () => {
  put('p', '1', 10_000);
  engine.execute('DeleteTable', { TableName: 'uploads' });
  engine.execute('CreateTable', TABLE);
  expect(put('p', '1', 10_000)).toBe('not refused');
});

it('metrics estimate the size in GB', () => {
  put('p', '1', 6_000);
  const { ItemCollectionMetrics } = engine.execute('PutItem', {
    TableName: 'uploads',
    Item: item('p', '2', 100),
    ReturnItemCollectionMetrics: 'SIZE',
  });
  expect(ItemCollectionMetrics).toEqual({
    ItemCollectionKey: { pk: s('p') },
    SizeEstimateRangeGB: [0, 1],
  });
});
