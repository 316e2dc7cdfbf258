import { tableProperties } from '../../src/dynamodb/table-properties.ts';
import { tableProvider } from '../../src/dynamodb/table-provider.ts';
import { openEngine } from './engine/harness.ts';

const engine = openEngine();
afterAll(() => engine.remove());

const TABLE = {
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};

async function provide(changes: object = {}) {
  return tableProvider(engine).provide({
    stackName: 's',
    logicalId: 'T',
    physicalName: 's-t-1',
    properties: tableProperties.parse({ ...TABLE, ...changes }),
    metadata: {},
  });
}

const described = () => engine.tables.find('s-t-1')?.definition;

it('creates the table and returns its name and ARN', async () => {
  expect(await provide()).toEqual({
    ref: 's-t-1',
    attributes: { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/s-t-1' },
  });
});

it('enables, replaces and disables the stream, and returns its ARN', async () => {
  const arns: unknown[] = [];
  for (const StreamViewType of ['NEW_IMAGE', 'NEW_IMAGE', 'KEYS_ONLY']) {
    const { attributes } = await provide({ StreamSpecification: { StreamViewType } });
    expect(described()?.stream).toMatchObject({ viewType: StreamViewType, enabled: true });
    arns.push(attributes?.StreamArn);
  }
  expect(arns[0]).toMatch(/:table\/s-t-1\/stream\/2026-/);
  expect(arns[1]).toBe(arns[0]);
  expect(arns[2]).not.toBe(arns[0]);
  const { attributes } = await provide();
  expect(attributes).not.toHaveProperty('StreamArn');
  expect(described()?.stream?.enabled).toBe(false);
});

it('turns deletion protection on and off', async () => {
  await provide({ DeletionProtectionEnabled: true });
  expect(described()?.deletionProtection).toBe(true);
  await provide();
  expect(described()?.deletionProtection).toBe(false);
});

it('changes the attribute of time to live, and turns it off', async () => {
  for (const AttributeName of ['expiresAt', 'expiresAt', 'removedAt']) {
    await provide({ TimeToLiveSpecification: { AttributeName, Enabled: true } });
    expect(described()?.expiryAttribute).toBe(AttributeName);
  }
  await provide({ TimeToLiveSpecification: { Enabled: false } });
  expect(described()?.expiryAttribute).toBeUndefined();
});

it('turns point-in-time recovery on and off', async () => {
  await provide({
    PointInTimeRecoverySpecification: {
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 7,
    },
  });
  expect(described()?.recovery?.days).toBe(7);
  await provide();
  expect(described()?.recovery).toBeUndefined();
});

it('reports what DynamoDB refuses', async () => {
  const TimeToLiveSpecification = { Enabled: true };
  await expect(provide({ TimeToLiveSpecification })).rejects.toThrow(
    /timeToLiveSpecification.attributeName/,
  );
});
