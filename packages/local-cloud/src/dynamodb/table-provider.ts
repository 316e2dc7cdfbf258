import { isDeepStrictEqual } from 'node:util';
import type { ResourceProvider } from '../shared/resource.ts';
import { type DynamoDbEngine, streamArn } from './engine/index.ts';
import { tableArn } from './permissions.ts';
import { type GlobalIndex, type TableProperties, tableProperties } from './table-properties.ts';

/** AWS::DynamoDB::Table: creates the table, or changes the existing one to match the template. */
export function tableProvider(
  engine: Pick<DynamoDbEngine, 'execute' | 'tables'>,
): ResourceProvider<TableProperties> {
  return {
    type: 'AWS::DynamoDB::Table',
    properties: tableProperties,
    async provide({ physicalName, properties }) {
      const name = properties.TableName ?? physicalName;
      if (engine.tables.find(name)) updateTable(engine, name, properties);
      else engine.execute('CreateTable', createRequest(name, properties));
      setTimeToLive(engine, name, properties.TimeToLiveSpecification);
      setRecovery(engine, name, properties.PointInTimeRecoverySpecification);
      setStream(engine, name, properties.StreamSpecification);
      const stream = engine.tables.find(name)?.definition.stream;
      return {
        ref: name,
        attributes: {
          Arn: tableArn(name),
          ...(stream?.enabled && { StreamArn: streamArn(name, stream.label) }),
        },
      };
    },
  };
}

type Engine = Pick<DynamoDbEngine, 'execute' | 'tables'>;

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

function updateTable(engine: Engine, name: string, properties: TableProperties): void {
  const definition = engine.tables.find(name)?.definition;
  if (!definition) throw new Error(`There is no table ${name}.`);
  if (!isDeepStrictEqual(definition.keySchema, properties.KeySchema)) {
    throw new Error(
      `the table ${name} exists with the key ${JSON.stringify(definition.keySchema)}; CloudFormation would replace it, the local cloud does not: remove the data folder`,
    );
  }
  const wanted = new Map(properties.GlobalSecondaryIndexes.map((each) => [each.IndexName, each]));
  const present = new Set(
    definition.indexes.filter(({ kind }) => kind === 'global').map((index) => index.name),
  );
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
    engine.execute('UpdateTable', {
      TableName: name,
      AttributeDefinitions: properties.AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [change],
    });
  }
  if (definition.deletionProtection !== properties.DeletionProtectionEnabled) {
    engine.execute('UpdateTable', {
      TableName: name,
      DeletionProtectionEnabled: properties.DeletionProtectionEnabled,
    });
  }
}

function setTimeToLive(
  engine: Engine,
  name: string,
  wanted: TableProperties['TimeToLiveSpecification'],
): void {
  const current = engine.tables.find(name)?.definition.expiryAttribute;
  const attribute = wanted?.Enabled ? wanted.AttributeName : undefined;
  if (current === attribute && (wanted?.Enabled ?? false) === (current !== undefined)) return;
  const update = (AttributeName: string | undefined, Enabled: boolean) =>
    engine.execute('UpdateTimeToLive', {
      TableName: name,
      TimeToLiveSpecification: { AttributeName, Enabled },
    });
  if (current !== undefined) update(current, false);
  if (wanted?.Enabled) update(attribute, true);
}

/** Another view type needs another stream. */
function setStream(
  engine: Engine,
  name: string,
  wanted: TableProperties['StreamSpecification'],
): void {
  const stream = engine.tables.find(name)?.definition.stream;
  const current = stream?.enabled ? stream.viewType : undefined;
  if (current === wanted?.StreamViewType) return;
  const update = (StreamSpecification: object) =>
    engine.execute('UpdateTable', { TableName: name, StreamSpecification });
  if (current !== undefined) update({ StreamEnabled: false });
  if (wanted !== undefined) update({ StreamEnabled: true, ...wanted });
}

function setRecovery(
  engine: Engine,
  name: string,
  wanted: TableProperties['PointInTimeRecoverySpecification'],
): void {
  const current = engine.tables.find(name)?.definition.recovery;
  if (!wanted?.PointInTimeRecoveryEnabled && current === undefined) return;
  engine.execute('UpdateContinuousBackups', {
    TableName: name,
    PointInTimeRecoverySpecification: wanted ?? { PointInTimeRecoveryEnabled: false },
  });
}
