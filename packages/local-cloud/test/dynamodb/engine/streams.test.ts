import { key, n, openEngine, SIMPLE_TABLE, s, TABLE } from './harness.ts';

const HOUR_MS = 60 * 60 * 1000;

interface StreamRecord {
  readonly eventName: string;
  readonly userIdentity?: object;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly Keys: object;
    readonly NewImage?: object;
    readonly OldImage?: object;
  };
}

let engine: ReturnType<typeof openEngine>;
beforeEach(() => {
  engine = openEngine({ expiryDelayMs: 0 });
});
afterEach(() => engine.remove());

function createTable(StreamViewType: string, table: object = SIMPLE_TABLE): string {
  const StreamSpecification = { StreamEnabled: true, StreamViewType };
  return arnIn(engine.execute('CreateTable', { ...table, StreamSpecification }));
}

function arnIn(response: Record<string, unknown>): string {
  return (response.TableDescription as { LatestStreamArn: string }).LatestStreamArn;
}

const put = (pk: string, more: object = {}) =>
  engine.execute('PutItem', { TableName: 'simple', Item: { pk: s(pk), ...more } });
const update = (specification: object) =>
  engine.execute('UpdateTable', { TableName: 'simple', StreamSpecification: specification });

function describe(StreamArn: string) {
  const { StreamDescription } = engine.execute('DescribeStream', { StreamArn });
  return StreamDescription as Record<string, unknown> & {
    Shards: { ShardId: string; SequenceNumberRange: Record<string, string> }[];
  };
}

function iterator(StreamArn: string, ShardIteratorType = 'TRIM_HORIZON', more: object = {}) {
  const ShardId = describe(StreamArn).Shards[0]?.ShardId;
  const request = { StreamArn, ShardId, ShardIteratorType, ...more };
  return engine.execute('GetShardIterator', request).ShardIterator as string;
}

function records(ShardIterator: string, more: object = {}) {
  return engine.execute('GetRecords', { ShardIterator, ...more }) as {
    Records: StreamRecord[];
    NextShardIterator?: string;
  };
}

const all = (arn: string) => records(iterator(arn)).Records;

it('contains every change of an item in order, with its keys and images', () => {
  const arn = createTable('NEW_AND_OLD_IMAGES');
  put('a', { count: n(1) });
  engine.execute('UpdateItem', {
    TableName: 'simple',
    Key: { pk: s('a') },
    UpdateExpression: 'ADD #c :one',
    ExpressionAttributeNames: { '#c': 'count' },
    ExpressionAttributeValues: { ':one': n(1) },
  });
  engine.execute('DeleteItem', { TableName: 'simple', Key: { pk: s('a') } });
  const [one, two] = [1, 2].map((count) => ({ pk: s('a'), count: n(count) }));
  const changes = all(arn).map(({ eventName, dynamodb: { Keys, OldImage, NewImage } }) => [
    eventName,
    Keys,
    OldImage,
    NewImage,
  ]);
  expect(changes).toEqual([
    ['INSERT', { pk: s('a') }, undefined, one],
    ['MODIFY', { pk: s('a') }, one, two],
    ['REMOVE', { pk: s('a') }, two, undefined],
  ]);
});

it('has records with the members of AWS', () => {
  const arn = createTable('KEYS_ONLY');
  put('a', { count: n(1) });
  expect(all(arn)).toEqual([
    {
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: Date.UTC(2026, 0, 1) / 1000,
        Keys: { pk: s('a') },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: 3,
        StreamViewType: 'KEYS_ONLY',
      },
    },
  ]);
});

it.each([
  ['NEW_IMAGE', false, true],
  ['OLD_IMAGE', true, false],
  ['NEW_AND_OLD_IMAGES', true, true],
  ['KEYS_ONLY', false, false],
])('with %s, an old image: %s, a new one: %s', (viewType, hasOld, hasNew) => {
  const arn = createTable(viewType);
  put('a', { count: n(1) });
  put('a', { count: n(2) });
  const change = all(arn)[1]?.dynamodb;
  expect(change?.OldImage).toEqual(hasOld ? { pk: s('a'), count: n(1) } : undefined);
  expect(change?.NewImage).toEqual(hasNew ? { pk: s('a'), count: n(2) } : undefined);
});

it('has no record of a write that changes nothing or is refused', () => {
  const arn = createTable('KEYS_ONLY');
  put('a');
  put('a');
  engine.execute('DeleteItem', { TableName: 'simple', Key: { pk: s('gone') } });
  engine.refusal('PutItem', {
    TableName: 'simple',
    Item: { pk: s('a'), more: n(1) },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  const write = (Item: object, ConditionExpression?: string) => ({
    Put: { TableName: 'simple', Item, ConditionExpression },
  });
  engine.refusal('TransactWriteItems', {
    TransactItems: [write({ pk: s('b') }), write({ pk: s('a') }, 'attribute_not_exists(pk)')],
  });
  expect(all(arn)).toHaveLength(1);
});

it('has the writes of batches and transactions, also for tables with indexes', () => {
  const arn = createTable('KEYS_ONLY', TABLE);
  engine.execute('BatchWriteItem', {
    RequestItems: { uploads: [{ PutRequest: { Item: { ...key('a'), owner: s('o') } } }] },
  });
  engine.execute('TransactWriteItems', {
    TransactItems: [
      { Put: { TableName: 'uploads', Item: key('b') } },
      { Delete: { TableName: 'uploads', Key: key('a') } },
    ],
  });
  const changes = all(arn).map(({ eventName, dynamodb }) => [eventName, dynamodb.Keys]);
  expect(changes).toEqual([
    ['INSERT', key('a')],
    ['INSERT', key('b')],
    ['REMOVE', key('a')],
  ]);
});

it('names time to live as the author of a deletion', () => {
  const arn = createTable('KEYS_ONLY');
  engine.execute('UpdateTimeToLive', {
    TableName: 'simple',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
  put('a', { expiresAt: n(engine.clock.now() / 1000 + 60) });
  engine.clock.advance(HOUR_MS);
  const [insert, removal] = all(arn);
  expect(insert?.userIdentity).toBeUndefined();
  expect(removal?.eventName).toBe('REMOVE');
  expect(removal?.userIdentity).toEqual({
    PrincipalId: 'dynamodb.amazonaws.com',
    Type: 'Service',
  });
});

it('reads page by page, and from the place that an iterator type names', () => {
  const arn = createTable('KEYS_ONLY');
  const latestBefore = iterator(arn, 'LATEST');
  for (const pk of ['a', 'b', 'c']) put(pk);
  const first = records(iterator(arn), { Limit: 2 });
  expect(first.Records.map(({ dynamodb }) => dynamodb.Keys)).toEqual([
    { pk: s('a') },
    { pk: s('b') },
  ]);
  const second = records(first.NextShardIterator ?? '');
  expect(second.Records.map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ pk: s('c') }]);
  const SequenceNumber = first.Records[1]?.dynamodb.SequenceNumber;
  const counts = [
    records(latestBefore),
    records(iterator(arn, 'LATEST')),
    records(iterator(arn, 'AT_SEQUENCE_NUMBER', { SequenceNumber })),
    records(iterator(arn, 'AFTER_SEQUENCE_NUMBER', { SequenceNumber })),
  ].map(({ Records }) => Records.length);
  expect(counts).toEqual([3, 0, 2, 1]);
});

it('ends a page after 1 MB', () => {
  const arn = createTable('NEW_IMAGE');
  for (const pk of ['a', 'b', 'c']) put(pk, { text: s('x'.repeat(390_000)) });
  const first = records(iterator(arn));
  expect(first.Records).toHaveLength(2);
  expect(records(first.NextShardIterator ?? '').Records).toHaveLength(1);
});

it('describes and lists streams; a table that is gone leaves its stream for a day', () => {
  const arn = createTable('NEW_IMAGE');
  createTable('KEYS_ONLY', TABLE);
  put('a');
  const description = describe(arn);
  expect(description).toMatchObject({
    StreamStatus: 'ENABLED',
    StreamViewType: 'NEW_IMAGE',
    TableName: 'simple',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    Shards: [{ SequenceNumberRange: { StartingSequenceNumber: expect.any(String) } }],
  });
  const list = (request = {}) => engine.execute('ListStreams', request).Streams as object[];
  const label = arn.split('/').at(-1);
  expect(list({ TableName: 'simple' })).toEqual([
    { StreamArn: arn, TableName: 'simple', StreamLabel: label },
  ]);
  const page = engine.execute('ListStreams', { Limit: 1 });
  expect(page.LastEvaluatedStreamArn).toBe(arn);
  expect(list({ ExclusiveStartStreamArn: arn })).toMatchObject([{ TableName: 'uploads' }]);

  engine.execute('DeleteTable', { TableName: 'simple' });
  expect(describe(arn).StreamStatus).toBe('DISABLED');
  const left = records(iterator(arn));
  expect([left.Records.length, left.NextShardIterator]).toEqual([1, undefined]);
  engine.clock.advance(25 * HOUR_MS);
  expect(list({ TableName: 'simple' })).toEqual([]);
  expect(engine.refusal('DescribeStream', { StreamArn: arn })).toMatch(/^ResourceNotFound/);
});

it('is enabled and disabled later; a table shows its latest stream', () => {
  engine.execute('CreateTable', SIMPLE_TABLE);
  put('before');
  const first = arnIn(update({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' }));
  put('a');
  const disabled = update({ StreamEnabled: false });
  expect(arnIn(disabled)).toBe(first);
  expect(disabled.TableDescription).not.toHaveProperty('StreamSpecification');
  put('between');
  const second = arnIn(update({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }));
  expect(second).not.toBe(first);
  put('b');
  expect(all(first).map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ pk: s('a') }]);
  expect(all(second).map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ pk: s('b') }]);
});

it('keeps streams and records when the engine is opened again', () => {
  const arn = createTable('KEYS_ONLY');
  put('a');
  engine.reopen();
  put('b');
  expect(all(arn)).toHaveLength(2);
});

it('forgets records after a day, and an iterator after 15 minutes', () => {
  const arn = createTable('KEYS_ONLY');
  put('a');
  const ShardIterator = iterator(arn);
  const [old] = all(arn);
  engine.clock.advance(HOUR_MS);
  expect(engine.refusal('GetRecords', { ShardIterator })).toMatch(/^ExpiredIteratorException/);
  engine.clock.advance(24 * HOUR_MS);
  put('b');
  expect(all(arn).map(({ dynamodb }) => dynamodb.Keys)).toEqual([{ pk: s('b') }]);
  const request = {
    StreamArn: arn,
    ShardId: describe(arn).Shards[0]?.ShardId,
    ShardIteratorType: 'AT_SEQUENCE_NUMBER',
    SequenceNumber: old?.dynamodb.SequenceNumber,
  };
  expect(engine.refusal('GetShardIterator', request)).toMatch(/^TrimmedDataAccessException/);
});

it('refuses what does not fit, by name', () => {
  const arn = createTable('KEYS_ONLY');
  const ShardId = describe(arn).Shards[0]?.ShardId;
  const shard = { StreamArn: arn, ShardId, ShardIteratorType: 'AT_SEQUENCE_NUMBER' };
  const refusals = [
    () =>
      engine.refusal('UpdateTable', change({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' })),
    () => engine.refusal('CreateTable', { ...TABLE, StreamSpecification: { StreamEnabled: true } }),
    () => engine.refusal('GetShardIterator', shard),
    () => engine.refusal('GetShardIterator', { ...shard, SequenceNumber: '1'.repeat(21) }),
    () => engine.refusal('GetShardIterator', { ...shard, ShardId: `shardId-${'0'.repeat(20)}-1` }),
    () => engine.refusal('GetRecords', { ShardIterator: 'nonsense' }),
    () => {
      update({ StreamEnabled: false });
      return engine.refusal('UpdateTable', change({ StreamEnabled: false }));
    },
  ];
  expect(refusals.map((refuse) => refuse())).toEqual([
    'ValidationException: Table already has an enabled stream: TableName: simple',
    expect.stringMatching(/StreamViewType is required/),
    expect.stringMatching(/SequenceNumber is required/),
    expect.stringMatching(/Invalid SequenceNumber/),
    expect.stringMatching(/^ResourceNotFoundException: .* Shard: /),
    expect.stringMatching(/^ValidationException: Invalid ShardIterator/),
    'ValidationException: Table has no stream to disable: TableName: simple',
  ]);
});

function change(StreamSpecification: object) {
  return { TableName: 'simple', StreamSpecification };
}
