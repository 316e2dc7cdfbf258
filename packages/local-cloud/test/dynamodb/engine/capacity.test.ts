import { key, n, openEngine, SIMPLE_TABLE, s, TABLE } from './harness.ts';

let engine: ReturnType<typeof openEngine>;
beforeEach(() => {
  engine = openEngine();
  engine.execute('CreateTable', SIMPLE_TABLE);
  engine.execute('CreateTable', TABLE);
});
afterEach(() => engine.remove());

const TOTAL = { ReturnConsumedCapacity: 'TOTAL' };
const INDEXES = { ReturnConsumedCapacity: 'INDEXES' };
const fill = (bytes: number) => s('x'.repeat(bytes));
const putSimple = (bytes: number) =>
  engine.execute('PutItem', {
    TableName: 'simple',
    // pk and a take 4 bytes.
    Item: { pk: s('k'), a: fill(bytes - 4) },
    ...TOTAL,
  }).ConsumedCapacity;
const units = (CapacityUnits: number) => ({ TableName: 'simple', CapacityUnits });

it('a write costs one unit for each KB, of the larger of the old and the new item', () => {
  expect(putSimple(1024)).toEqual(units(1));
  expect(putSimple(1025)).toEqual(units(2));
  expect(putSimple(4096)).toEqual(units(4));
  expect(putSimple(10)).toEqual(units(4));
});

it('a read costs one unit for each 4 KB, half of it when it need not be consistent', () => {
  putSimple(4097);
  const get = (more: object) =>
    engine.execute('GetItem', { TableName: 'simple', Key: { pk: s('k') }, ...TOTAL, ...more })
      .ConsumedCapacity;
  expect(get({ ConsistentRead: true })).toEqual(units(2));
  expect(get({})).toEqual(units(1));
  expect(get({ Key: { pk: s('missing') } })).toEqual(units(0.5));
});

it('a transaction costs twice as much', () => {
  const { ConsumedCapacity: written } = engine.execute('TransactWriteItems', {
    TransactItems: [{ Put: { TableName: 'simple', Item: { pk: s('k') } } }],
    ...TOTAL,
  });
  expect(written).toEqual([{ ...units(2), WriteCapacityUnits: 2 }]);
  const { ConsumedCapacity: read } = engine.execute('TransactGetItems', {
    TransactItems: [{ Get: { TableName: 'simple', Key: { pk: s('k') } } }],
    ...TOTAL,
  });
  expect(read).toEqual([{ ...units(2), ReadCapacityUnits: 2 }]);
});

it('a query costs what its items have together', () => {
  for (let i = 0; i < 10; i += 1) {
    const Item = { ...key('q', `s${i}`), a: fill(1000) };
    engine.execute('PutItem', { TableName: 'uploads', Item });
  }
  const { ConsumedCapacity } = engine.execute('Query', {
    TableName: 'uploads',
    KeyConditionExpression: 'pk = :p',
    ExpressionAttributeValues: { ':p': s('q') },
    ConsistentRead: true,
    ...TOTAL,
  });
  expect(ConsumedCapacity).toEqual({ TableName: 'uploads', CapacityUnits: 3 });
});

describe('indexes', () => {
  const put = (more: object) =>
    engine.execute('PutItem', {
      TableName: 'uploads',
      Item: { ...key('a'), ...more },
      ...INDEXES,
    }).ConsumedCapacity;
  const write = (CapacityUnits: number, more: object) => ({
    TableName: 'uploads',
    CapacityUnits,
    Table: { CapacityUnits: 1 },
    ...more,
  });
  const one = { CapacityUnits: 1 };

  it('cost for an entry that comes, changes or goes, and twice for one that moves', () => {
    expect(put({})).toEqual(write(1, {}));
    expect(put({ owner: s('me'), created: s('1') })).toEqual(
      write(4, {
        LocalSecondaryIndexes: { byCreation: one },
        GlobalSecondaryIndexes: { byOwner: one, ownerKeys: one },
      }),
    );
    // Only the index with all attributes has the new one.
    expect(put({ owner: s('me'), created: s('1'), x: n(1) })).toEqual(
      write(2, { GlobalSecondaryIndexes: { byOwner: one } }),
    );
    expect(put({ owner: s('you'), created: s('1'), x: n(1) })).toEqual(
      write(5, {
        GlobalSecondaryIndexes: { byOwner: { CapacityUnits: 2 }, ownerKeys: { CapacityUnits: 2 } },
      }),
    );
    expect(put({})).toEqual(
      write(4, {
        LocalSecondaryIndexes: { byCreation: one },
        GlobalSecondaryIndexes: { byOwner: one, ownerKeys: one },
      }),
    );
  });

  it('a read of a local index that fetches from the table costs there too', () => {
    put({ created: s('1'), x: n(1) });
    const { ConsumedCapacity, Items } = engine.execute('Query', {
      TableName: 'uploads',
      IndexName: 'byCreation',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': s('a') },
      ProjectionExpression: 'x',
      ...INDEXES,
    });
    expect(Items).toEqual([{ x: n(1) }]);
    expect(ConsumedCapacity).toEqual({
      TableName: 'uploads',
      CapacityUnits: 1,
      Table: { CapacityUnits: 0.5 },
      LocalSecondaryIndexes: { byCreation: { CapacityUnits: 0.5 } },
    });
  });
});

it('metrics of item collections exist only with local indexes', () => {
  const SIZE = { ReturnItemCollectionMetrics: 'SIZE' };
  expect(engine.execute('PutItem', { TableName: 'simple', Item: { pk: s('a') }, ...SIZE })).toEqual(
    {},
  );
  expect(engine.execute('PutItem', { TableName: 'uploads', Item: key('a'), ...SIZE })).toEqual({
    ItemCollectionMetrics: { ItemCollectionKey: { pk: s('a') }, SizeEstimateRangeGB: [0, 1] },
  });
});

describe('the units of each request are reported to the caller of the engine, whatever its response shows', () => {
  const consumed = (operation: string, body: object) => engine.consumed(operation, body);
  const units = (readUnits: number, writeUnits: number, table = 'simple') => [
    { table, readUnits, writeUnits },
  ];
  const put = (bytes: number, more: object = {}) =>
    consumed('PutItem', {
      TableName: 'simple',
      Item: { pk: s('k'), a: fill(bytes - 4) },
      ...more,
    });

  it('of writes and reads', () => {
    expect(put(2_000)).toEqual(units(0, 2));
    expect(consumed('GetItem', { TableName: 'simple', Key: { pk: s('k') } })).toEqual(
      units(0.5, 0),
    );
    expect(consumed('Scan', { TableName: 'simple', ConsistentRead: true })).toEqual(units(1, 0));
  });

  it('of a table together with its indexes', () => {
    const Item = { ...key('a'), owner: s('me'), created: s('1') };
    expect(consumed('PutItem', { TableName: 'uploads', Item })).toEqual(units(0, 4, 'uploads'));
  });

  it('of a transaction on two tables', () => {
    const TransactItems = [
      { Put: { TableName: 'simple', Item: { pk: s('k') } } },
      { Put: { TableName: 'uploads', Item: key('a') } },
    ];
    expect(consumed('TransactWriteItems', { TransactItems })).toEqual([
      ...units(0, 2),
      ...units(0, 2, 'uploads'),
    ]);
  });

  it('of a write whose condition fails: those of the larger of the old and the new item', () => {
    put(2_000);
    const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
    expect(put(1_000, absent)).toEqual(units(0, 2));
    expect(put(3_000, absent)).toEqual(units(0, 3));
    expect(consumed('DeleteItem', { TableName: 'simple', Key: { pk: s('k') }, ...absent })).toEqual(
      units(0, 2),
    );
  });

  it('but none of a request that is not valid, nor of one about tables', () => {
    expect(consumed('GetItem', { TableName: 'simple', Key: {} })).toEqual([]);
    expect(consumed('DescribeTable', { TableName: 'simple' })).toEqual([]);
    expect(put(10)).toEqual(units(0, 1));
  });
});
