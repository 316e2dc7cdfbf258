import type { Context } from '../context.ts';
import { invalidParameter, resourceNotFound, validationError } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import {
  type GlobalIndexRequest,
  type UpdateTableRequest,
  updateTable,
} from '../requests/table-requests.ts';
import { AwsError } from '../shared.ts';
import { forEachItem } from '../storage/each-item.ts';
import { createEntries, dropRows, putRow } from '../storage/rows.ts';
import { storedItem } from '../storage/writer.ts';
import type {
  AttributeDefinition,
  IndexDefinition,
  TableDefinition,
} from '../tables/definition.ts';
import { describeTable } from '../tables/describe.ts';
import { indexDefinition } from '../tables/index-definition.ts';
import { assertIndexes, assertIndexThroughput, assertThroughput } from '../tables/schema-checks.ts';
import type { Table } from '../tables/table.ts';
import { keepStream, withStream } from './stream-changes.ts';

type IndexUpdates = NonNullable<UpdateTableRequest['GlobalSecondaryIndexUpdates']>;

export function updateTableOperation(context: Context, body: unknown): object {
  const request = readRequest(updateTable, body);
  const { TableName, AttributeDefinitions: _, ...changes } = request;
  if (Object.values(changes).every((change) => change === undefined)) {
    throw validationError(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
  const table = context.catalog.find(TableName);
  if (table === undefined) throw resourceNotFound(`Table: ${TableName} not found`);
  const changed = withIndexes(context, withSettings(table.definition, request), request);
  const { StreamSpecification: stream } = request;
  const definition = stream ? withStream(context.streams, changed, stream) : changed;
  const next = context.catalog.update(table, definition, (updated) => {
    moveIndexes(context, table, updated);
    keepStream(context.streams, table.definition, definition);
  });
  return { TableDescription: describeTable(next.definition, 'UPDATING') };
}

function withSettings(current: TableDefinition, request: UpdateTableRequest): TableDefinition {
  const billingMode = request.BillingMode ?? current.billingMode;
  const wanted = request.ProvisionedThroughput;
  if (request.BillingMode !== undefined || wanted !== undefined) {
    assertThroughput(
      billingMode,
      wanted ?? (billingMode === 'PROVISIONED' ? current.throughput : undefined),
    );
  }
  if (wanted !== undefined) assertChanged(current, wanted);
  const { SSESpecification: encryption } = request;
  return {
    ...current,
    billingMode,
    throughput: billingMode === 'PROVISIONED' ? (wanted ?? current.throughput) : undefined,
    onDemandThroughput: request.OnDemandThroughput ?? current.onDemandThroughput,
    tableClass: request.TableClass ?? current.tableClass,
    deletionProtection: request.DeletionProtectionEnabled ?? current.deletionProtection,
    encryption:
      encryption === undefined
        ? current.encryption
        : encryption.Enabled === true
          ? { type: encryption.SSEType ?? 'KMS', key: encryption.KMSMasterKeyId }
          : undefined,
  };
}

type Throughput = NonNullable<TableDefinition['throughput']>;

function assertChanged({ throughput: current }: TableDefinition, wanted: Throughput): void {
  if (
    current?.ReadCapacityUnits !== wanted.ReadCapacityUnits ||
    current.WriteCapacityUnits !== wanted.WriteCapacityUnits
  ) {
    return;
  }
  throw validationError(
    `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${current.ReadCapacityUnits}. Requested ReadCapacityUnits: ${wanted.ReadCapacityUnits}. Current WriteCapacityUnits provisioned for the table: ${current.WriteCapacityUnits}. Requested WriteCapacityUnits: ${wanted.WriteCapacityUnits}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
  );
}

function withIndexes(
  context: Context,
  current: TableDefinition,
  request: UpdateTableRequest,
): TableDefinition {
  const updates = request.GlobalSecondaryIndexUpdates ?? [];
  assertOneChange(updates);
  let indexes = current.indexes;
  let attributes = current.attributes;
  for (const update of updates) {
    if (update.Create) {
      attributes = merged(attributes, request.AttributeDefinitions ?? []);
      assertNewIndex(current, attributes, update.Create);
      const id = context.catalog.newIndexId();
      indexes = [...indexes, indexDefinition(id, 'global', update.Create)];
    } else if (update.Delete) {
      const { IndexName } = update.Delete;
      assertGlobal(indexes, IndexName);
      indexes = indexes.filter(({ name }) => name !== IndexName);
    } else if (update.Update) {
      const { IndexName, ProvisionedThroughput, OnDemandThroughput } = update.Update;
      assertGlobal(indexes, IndexName);
      indexes = indexes.map((index) =>
        index.name === IndexName
          ? {
              ...index,
              throughput: ProvisionedThroughput ?? index.throughput,
              onDemandThroughput: OnDemandThroughput ?? index.onDemandThroughput,
            }
          : index,
      );
    }
  }
  const used = [current.keySchema, ...indexes.map(({ keySchema }) => keySchema)]
    .flat()
    .map(({ AttributeName }) => AttributeName);
  return {
    ...current,
    indexes,
    attributes: attributes.filter(({ AttributeName }) => used.includes(AttributeName)),
  };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html */
function assertOneChange(updates: IndexUpdates): void {
  for (const update of updates) {
    if ([update.Create, update.Delete, update.Update].filter(Boolean).length !== 1) {
      throw invalidParameter(
        'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must be specified',
      );
    }
  }
  if (updates.filter((update) => update.Create || update.Delete).length > 1) {
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
}

function assertNewIndex(
  current: TableDefinition,
  attributes: readonly AttributeDefinition[],
  request: GlobalIndexRequest,
): void {
  if (current.indexes.some(({ name }) => name === request.IndexName)) {
    throw validationError('Attempting to create an index which already exists');
  }
  assertIndexes(current.keySchema, attributes, [], [request]);
  assertIndexThroughput(current.billingMode, request);
}

function assertGlobal(indexes: readonly IndexDefinition[], wanted: string): void {
  if (!indexes.some(({ name, kind }) => kind === 'global' && name === wanted)) {
    throw resourceNotFound();
  }
}

function merged(
  current: readonly AttributeDefinition[],
  added: readonly AttributeDefinition[],
): readonly AttributeDefinition[] {
  const names = new Map(current.map((each) => [each.AttributeName, each]));
  for (const each of added) {
    const known = names.get(each.AttributeName);
    if (known !== undefined && known.AttributeType !== each.AttributeType) {
      throw invalidParameter(
        `Cannot change the type of the key attribute ${each.AttributeName} from ${known.AttributeType} to ${each.AttributeType}`,
      );
    }
    names.set(each.AttributeName, each);
  }
  return [...names.values()];
}

/** New indexes are filled, and those that are gone dropped. An item whose key does not fit is not in an index. */
function moveIndexes(context: Context, before: Table, after: Table): void {
  const { database, entries } = context;
  for (const index of before.indexes) {
    if (after.index(index.name) === undefined) {
      entries.forget(index);
      dropRows(database, index.rows);
    }
  }
  const added = after.indexes.filter((index) => before.index(index.name) === undefined);
  for (const index of added) createEntries(database, index.rows);
  if (added.length === 0) return;
  forEachItem(database, after, (_, item) => {
    for (const index of added) {
      const key = index.keyOf(item);
      if (key !== undefined) putRow(database, index.rows, key, storedItem(index.entryOf(item)));
    }
  });
}
