import { arn } from '../shared.ts';
import type { IndexDefinition, TableDefinition, Throughput } from './definition.ts';
import { streamArn } from './stream-definition.ts';

function tableArn(name: string): string {
  return arn('dynamodb', `table/${name}`);
}

/** `TableDescription` of CreateTable and others, `Table` of DescribeTable. */
export function describeTable(
  definition: TableDefinition,
  status: 'ACTIVE' | 'CREATING' | 'UPDATING' | 'DELETING' = 'ACTIVE',
): object {
  const { indexes, billingMode, tableClass, encryption, onDemandThroughput } = definition;
  const arnOfTable = tableArn(definition.name);
  const describe = (index: IndexDefinition) => describeIndex(index, definition, arnOfTable, status);
  const locals = indexes.filter(({ kind }) => kind === 'local').map(describe);
  const globals = indexes.filter(({ kind }) => kind === 'global').map(describe);
  const counts = definition.counted.counts[''];
  return {
    AttributeDefinitions: definition.attributes,
    TableName: definition.name,
    KeySchema: definition.keySchema,
    TableStatus: status,
    CreationDateTime: definition.createdAt / 1000,
    ProvisionedThroughput: describeThroughput(definition.throughput),
    TableSizeBytes: counts?.bytes ?? 0,
    ItemCount: counts?.items ?? 0,
    TableArn: arnOfTable,
    TableId: definition.tableId,
    ...(billingMode === 'PAY_PER_REQUEST' && {
      BillingModeSummary: {
        BillingMode: billingMode,
        LastUpdateToPayPerRequestDateTime: definition.createdAt / 1000,
      },
    }),
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals }),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
    ...(onDemandThroughput && { OnDemandThroughput: onDemandThroughput }),
    ...(tableClass && { TableClassSummary: { TableClass: tableClass } }),
    ...(encryption && {
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: encryption.type,
        ...(encryption.key !== undefined && { KMSMasterKeyArn: encryption.key }),
      },
    }),
    ...describeStream(definition),
    DeletionProtectionEnabled: definition.deletionProtection,
  };
}

/** A disabled stream is still the latest one. */
function describeStream({ name, stream }: TableDefinition): object {
  if (stream === undefined) return {};
  const { label, viewType, enabled } = stream;
  return {
    ...(enabled && { StreamSpecification: { StreamEnabled: true, StreamViewType: viewType } }),
    LatestStreamLabel: label,
    LatestStreamArn: streamArn(name, label),
  };
}

function describeIndex(
  { name, kind, keySchema, projection, throughput, onDemandThroughput }: IndexDefinition,
  { counted }: TableDefinition,
  arnOfTable: string,
  status: 'ACTIVE' | 'CREATING' | 'UPDATING' | 'DELETING',
): object {
  const counts = counted.counts[name];
  return {
    IndexName: name,
    KeySchema: keySchema,
    Projection: {
      ProjectionType: projection.type,
      ...(projection.type === 'INCLUDE' && { NonKeyAttributes: projection.attributes }),
    },
    ...(kind === 'global' && {
      IndexStatus: status === 'CREATING' ? 'CREATING' : 'ACTIVE',
      ProvisionedThroughput: describeThroughput(throughput),
      ...(onDemandThroughput && { OnDemandThroughput: onDemandThroughput }),
    }),
    IndexSizeBytes: counts?.bytes ?? 0,
    ItemCount: counts?.items ?? 0,
    IndexArn: `${arnOfTable}/index/${name}`,
  };
}

function describeThroughput(throughput: Throughput | undefined): object {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: throughput?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: throughput?.WriteCapacityUnits ?? 0,
  };
}
