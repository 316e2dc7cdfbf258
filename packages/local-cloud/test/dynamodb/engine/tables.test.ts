import { key, n, openEngine, SIMPLE_TABLE, s, TABLE } from './harness.ts';

let engine: ReturnType<typeof openEngine>;
beforeEach(() => {
  engine = openEngine();
});
afterEach(() => engine.remove());

const TableName = 'uploads';
const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/uploads';
const create = (changes: object = {}) =>
  engine.refusal('CreateTable', { ...TABLE, ...changes }).replace(/^ValidationException: /, '');
const describeTable = () =>
  engine.execute('DescribeTable', { TableName }).Table as Record<string, unknown>;

it('a table is described as it was created', () => {
  expect(engine.execute('CreateTable', TABLE).TableDescription).toMatchObject({
    TableStatus: 'CREATING',
  });
  expect(describeTable()).toMatchObject({
    TableName,
    TableStatus: 'ACTIVE',
    TableArn: ARN,
    KeySchema: TABLE.KeySchema,
    AttributeDefinitions: TABLE.AttributeDefinitions,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    CreationDateTime: Date.UTC(2026, 0, 1) / 1000,
    ItemCount: 0,
    DeletionProtectionEnabled: false,
    LocalSecondaryIndexes: [
      { IndexName: 'byCreation', Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'byOwner', IndexStatus: 'ACTIVE', IndexArn: `${ARN}/index/byOwner` },
      { IndexName: 'ownerKeys' },
    ],
  });
});

it('items are counted every six hours', () => {
  engine.execute('CreateTable', TABLE);
  engine.execute('PutItem', { TableName, Item: { ...key('a'), owner: s('me') } });
  expect(describeTable().ItemCount).toBe(0);
  engine.clock.advance(6 * 3_600_000);
  expect(describeTable()).toMatchObject({ ItemCount: 1, TableSizeBytes: 13 });
});

it.each([
  [{ TableName: 'ab' }, /at 'tableName' .* length greater than or equal to 3/],
  [{ TableName: undefined }, /The parameter 'TableName' is required/],
  [{ TableName: 'a!b' }, /regular expression pattern: \[a-zA-Z0-9_.-\]\+/],
  [{ KeySchema: [] }, /at 'keySchema' .* length greater than or equal to 1/],
  [
    { KeySchema: [{ AttributeName: 'pk', KeyType: 'X' }] },
    /keySchema.1.member.keyType.*\[HASH, RANGE\]/,
  ],
  [
    { AttributeDefinitions: TABLE.AttributeDefinitions.slice(1) },
    /not defined in AttributeDefinitions. Keys: \[pk\]/,
  ],
  [
    {
      AttributeDefinitions: [
        ...TABLE.AttributeDefinitions,
        { AttributeName: 'z', AttributeType: 'S' },
      ],
    },
    /Some AttributeDefinitions are not used/,
  ],
  [{ BillingMode: 'PROVISIONED' }, /must both be specified when BillingMode is PROVISIONED/],
  [
    { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
    /Neither ReadCapacityUnits nor/,
  ],
  [
    { GlobalSecondaryIndexes: [TABLE.GlobalSecondaryIndexes[0], TABLE.GlobalSecondaryIndexes[0]] },
    /Duplicate index name: byOwner/,
  ],
  [{ StreamSpecification: { StreamEnabled: true } }, /StreamViewType is required/],
  [{ Surprise: 1 }, /CreateTableInput has no member Surprise/],
])('%j is refused', (changes, message) => {
  expect(create(changes as object)).toMatch(message);
});

it('a table exists once', () => {
  engine.execute('CreateTable', TABLE);
  expect(create()).toBe('ResourceInUseException: Table already exists: uploads');
});

it('a new index has the items that were there; one that is deleted is gone', () => {
  engine.execute('CreateTable', {
    ...TABLE,
    AttributeDefinitions: TABLE.AttributeDefinitions.filter(
      ({ AttributeName }) => AttributeName !== 'owner',
    ),
    GlobalSecondaryIndexes: undefined,
  });
  engine.execute('PutItem', { TableName, Item: { ...key('a'), owner: s('me') } });
  engine.execute('PutItem', { TableName, Item: { ...key('b'), owner: n(1) } });
  engine.execute('UpdateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
    GlobalSecondaryIndexUpdates: [{ Create: TABLE.GlobalSecondaryIndexes[1] }],
  });
  const scan = { TableName, IndexName: 'ownerKeys' };
  expect(engine.execute('Scan', scan).Items).toEqual([{ ...key('a'), owner: s('me') }]);
  engine.reopen();
  expect(engine.execute('Scan', scan).Count).toBe(1);
  engine.execute('UpdateTable', {
    TableName,
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'ownerKeys' } }],
  });
  expect(describeTable().GlobalSecondaryIndexes).toBeUndefined();
  expect(engine.refusal('Scan', scan)).toMatch(/does not have the specified index/);
});

it('one index is created or deleted at a time', () => {
  engine.execute('CreateTable', TABLE);
  const GlobalSecondaryIndexUpdates = ['byOwner', 'ownerKeys'].map((IndexName) => ({
    Delete: { IndexName },
  }));
  expect(engine.refusal('UpdateTable', { TableName, GlobalSecondaryIndexUpdates })).toMatch(
    /^LimitExceededException/,
  );
});

it('a protected table is not deleted', () => {
  engine.execute('CreateTable', { ...TABLE, DeletionProtectionEnabled: true });
  expect(engine.refusal('DeleteTable', { TableName })).toMatch(/protected against deletion/);
  engine.execute('UpdateTable', { TableName, DeletionProtectionEnabled: false });
  engine.execute('DeleteTable', { TableName });
  expect(engine.refusal('DescribeTable', { TableName })).toBe(
    'ResourceNotFoundException: Requested resource not found: Table: uploads not found',
  );
});

it('a table that is created again is empty', () => {
  for (let round = 0; round < 2; round += 1) {
    engine.execute('CreateTable', TABLE);
    expect(engine.execute('Scan', { TableName }).Count).toBe(0);
    engine.execute('PutItem', { TableName, Item: { ...key('a'), owner: s('me') } });
    engine.execute('DeleteTable', { TableName });
  }
});

it('tables are listed by name, page by page', () => {
  for (const name of ['ccc', 'aaa', 'bbb']) {
    engine.execute('CreateTable', { ...SIMPLE_TABLE, TableName: name });
  }
  expect(engine.execute('ListTables', { Limit: 2 })).toEqual({
    TableNames: ['aaa', 'bbb'],
    LastEvaluatedTableName: 'bbb',
  });
  expect(engine.execute('ListTables', { ExclusiveStartTableName: 'bbb' })).toEqual({
    TableNames: ['ccc'],
  });
});

it('tags are kept by key', () => {
  engine.execute('CreateTable', { ...TABLE, Tags: [{ Key: 'a', Value: '1' }] });
  engine.execute('TagResource', {
    ResourceArn: ARN,
    Tags: [
      { Key: 'b', Value: '2' },
      { Key: 'a', Value: '3' },
    ],
  });
  engine.execute('UntagResource', { ResourceArn: ARN, TagKeys: ['b'] });
  expect(engine.execute('ListTagsOfResource', { ResourceArn: ARN }).Tags).toEqual([
    { Key: 'a', Value: '3' },
  ]);
});

it('a resource policy has revisions', () => {
  engine.execute('CreateTable', TABLE);
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  expect(engine.refusal('GetResourcePolicy', { ResourceArn: ARN })).toMatch(/PolicyNotFound/);
  const { RevisionId } = engine.execute('PutResourcePolicy', { ResourceArn: ARN, Policy });
  expect(engine.execute('GetResourcePolicy', { ResourceArn: ARN })).toEqual({ Policy, RevisionId });
  const stale = { ResourceArn: ARN, Policy, ExpectedRevisionId: 'other' };
  expect(engine.refusal('PutResourcePolicy', stale)).toMatch(/PolicyNotFound/);
  engine.execute('DeleteResourcePolicy', { ResourceArn: ARN });
  expect(engine.refusal('GetResourcePolicy', { ResourceArn: ARN })).toMatch(/PolicyNotFound/);
});

it('point-in-time recovery is a setting', () => {
  engine.execute('CreateTable', TABLE);
  engine.execute('UpdateContinuousBackups', {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  expect(engine.execute('DescribeContinuousBackups', { TableName })).toMatchObject({
    ContinuousBackupsDescription: {
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
    },
  });
});

it.each([
  ['ExecuteStatement', /does not support ExecuteStatement: it has no PartiQL/],
  ['CreateBackup', /it has no backups/],
  ['ImportTable', /it has no imports and exports/],
  ['CreateGlobalTable', /it has no global tables/],
  ['Nonsense', /DynamoDB has no such operation. It supports BatchGetItem, /],
])('%s is refused by name', (operation, message) => {
  expect(engine.refusal(operation, {})).toMatch(/^UnknownOperationException/);
  expect(engine.refusal(operation, {})).toMatch(message);
});

it.each([
  ['GetItem', { Key: key('a'), AttributesToGet: ['x'] }, 'AttributesToGet'],
  ['PutItem', { Item: key('a'), Expected: {} }, 'Expected'],
  ['UpdateItem', { Key: key('a'), AttributeUpdates: {} }, 'AttributeUpdates'],
  ['Query', { KeyConditions: {} }, 'KeyConditions'],
  ['Scan', { ScanFilter: {} }, 'ScanFilter'],
])('%s refuses its legacy parameter by name', (operation, request, parameter) => {
  engine.execute('CreateTable', TABLE);
  expect(engine.refusal(operation, { TableName, ...request })).toMatch(
    `ValidationException: The legacy parameter ${parameter} is not supported; use `,
  );
});

it('a table may be named by its ARN', () => {
  engine.execute('CreateTable', TABLE);
  engine.execute('PutItem', { TableName: ARN, Item: key('a') });
  expect(engine.execute('GetItem', { TableName, Key: key('a') }).Item).toEqual(key('a'));
});

it('one process has the database', () => {
  expect(() => openEngine({ folder: engine.folder })).toThrow(/is in use by another process/);
});

it('a parameter that is null is missing', () => {
  engine.execute('CreateTable', { ...TABLE, ProvisionedThroughput: null });
  engine.execute('PutItem', {
    TableName,
    Item: key('a'),
    ConditionExpression: null,
    Expected: null,
  });
  const Put = { TableName, Item: key('b'), ConditionExpression: null };
  engine.execute('TransactWriteItems', { TransactItems: [{ Put, Delete: null }] });
  expect(engine.execute('Scan', { TableName, Limit: null }).Count).toBe(2);
  expect(engine.refusal('PutItem', { TableName, Item: { ...key('c'), x: null } })).toMatch(
    /^SerializationException/,
  );
});
