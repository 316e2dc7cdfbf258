import { isDeepStrictEqual } from 'node:util';
import type { ResourceProvider } from '../shared/resource.ts';
import type { DynamoDbLocal } from './dynamodb-local.ts';
import type { PartitionKeys } from './leading-keys.ts';
import { tableArn } from './operations.ts';
import { type GlobalIndex, type TableProperties, tableProperties } from './table-properties.ts';

interface DescribedTable {
  readonly KeySchema: TableProperties['KeySchema'];
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly IndexStatus: string;
  }[];
  readonly DeletionProtectionEnabled?: boolean;
}

/** AWS::DynamoDB::Table: makes the table, or brings the one that is there to the template's indexes. */
export function tableProvider(
  local: Promise<DynamoDbLocal>,
  register: (tableName: string, keys: PartitionKeys) => void,
): ResourceProvider<TableProperties> {
  return {
    type: 'AWS::DynamoDB::Table',
    properties: tableProperties,
    async provide({ physicalName, properties }) {
      const name = properties.TableName ?? physicalName;
      const database = await local;
      const there = await describe(database, name);
      if (there) await adapt(database, name, properties, there);
      else await call(database, 'CreateTable', createRequest(name, properties));
      await setTimeToLive(database, name, properties.TimeToLiveSpecification);
      register(name, {
        table: partitionKey(properties.KeySchema),
        indexes: Object.fromEntries(
          [...properties.GlobalSecondaryIndexes, ...properties.LocalSecondaryIndexes].map(
            ({ IndexName, KeySchema }) => [IndexName, partitionKey(KeySchema)],
          ),
        ),
      });
      return { ref: name, attributes: { Arn: tableArn(name) } };
    },
  };
}

function createRequest(name: string, properties: TableProperties) {
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes, ProvisionedThroughput } = properties;
  return {
    TableName: name,
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    BillingMode: properties.BillingMode,
    DeletionProtectionEnabled: properties.DeletionProtectionEnabled,
    ...(ProvisionedThroughput ? { ProvisionedThroughput } : {}),
    ...(GlobalSecondaryIndexes.length > 0
      ? { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(indexRequest) }
      : {}),
    ...(LocalSecondaryIndexes.length > 0 ? { LocalSecondaryIndexes } : {}),
  };
}

function indexRequest({ IndexName, KeySchema, Projection, ProvisionedThroughput }: GlobalIndex) {
  return {
    IndexName,
    KeySchema,
    Projection,
    ...(ProvisionedThroughput ? { ProvisionedThroughput } : {}),
  };
}

async function adapt(
  database: DynamoDbLocal,
  name: string,
  properties: TableProperties,
  there: DescribedTable,
): Promise<void> {
  if (!isDeepStrictEqual(there.KeySchema, properties.KeySchema)) {
    throw new Error(
      `the table ${name} is there with the key ${JSON.stringify(there.KeySchema)}; CloudFormation would replace it, the local cloud does not: remove the data folder`,
    );
  }
  const wanted = new Map(properties.GlobalSecondaryIndexes.map((each) => [each.IndexName, each]));
  const present = new Set((there.GlobalSecondaryIndexes ?? []).map((each) => each.IndexName));
  const changes = [
    ...[...present]
      .filter((index) => !wanted.has(index))
      .map((IndexName) => ({ Delete: { IndexName } })),
    ...[...wanted.values()]
      .filter(({ IndexName }) => !present.has(IndexName))
      .map((index) => ({ Create: indexRequest(index) })),
  ];
  // One index an update: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
  for (const change of changes) {
    await call(database, 'UpdateTable', {
      TableName: name,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [change],
    });
    await settled(database, name);
  }
  if ((there.DeletionProtectionEnabled ?? false) !== properties.DeletionProtectionEnabled) {
    await call(database, 'UpdateTable', {
      TableName: name,
      DeletionProtectionEnabled: properties.DeletionProtectionEnabled,
    });
  }
}

/** Until no index is being made or removed. */
async function settled(database: DynamoDbLocal, name: string): Promise<void> {
  for (;;) {
    const table = await describe(database, name);
    const indexes = table?.GlobalSecondaryIndexes ?? [];
    if (indexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE')) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function setTimeToLive(
  database: DynamoDbLocal,
  name: string,
  wanted: TableProperties['TimeToLiveSpecification'],
): Promise<void> {
  const { TimeToLiveDescription: now = {} } = (await call(database, 'DescribeTimeToLive', {
    TableName: name,
  })) as { TimeToLiveDescription?: { TimeToLiveStatus?: string; AttributeName?: string } };
  const enabled = now.TimeToLiveStatus === 'ENABLED';
  const same =
    enabled === (wanted?.Enabled ?? false) &&
    (!enabled || now.AttributeName === wanted?.AttributeName);
  if (same) return;
  const update = (AttributeName: string | undefined, Enabled: boolean) =>
    call(database, 'UpdateTimeToLive', {
      TableName: name,
      TimeToLiveSpecification: { AttributeName, Enabled },
    });
  if (enabled) await update(now.AttributeName, false);
  if (wanted?.Enabled) await update(wanted.AttributeName, true);
}

/** DynamoDB Local fails it now and then while an index is made or removed: it only asks, so it asks again. */
const DESCRIBE_TRIES = 5;

async function describe(
  database: DynamoDbLocal,
  name: string,
): Promise<DescribedTable | undefined> {
  const request = JSON.stringify({ TableName: name });
  for (let tries = 1; ; tries++) {
    const { status, body } = await database.send('DescribeTable', request);
    const answer = JSON.parse(body.toString()) as { Table?: DescribedTable; __type?: string };
    if (status === 200 && answer.Table) return answer.Table;
    if (answer.__type?.endsWith('ResourceNotFoundException')) return undefined;
    if (status < 500 || tries === DESCRIBE_TRIES) {
      throw new Error(`DescribeTable of ${name} answered ${body.toString()}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function call(
  database: DynamoDbLocal,
  operation: string,
  request: unknown,
): Promise<unknown> {
  const { status, body } = await database.send(operation, JSON.stringify(request));
  if (status === 200) return JSON.parse(body.toString());
  throw new Error(`DynamoDB Local refuses ${operation}: ${body.toString()}`);
}

function partitionKey(schema: TableProperties['KeySchema']): string {
  return schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';
}
