import type { Context } from '../context.ts';
import { resourceInUse, validationError } from '../errors.ts';
import { readRequest } from '../requests/read-request.ts';
import { createTable } from '../requests/table-requests.ts';
import type { TableDefinition } from '../tables/definition.ts';
import { describeTable } from '../tables/describe.ts';
import { indexDefinition } from '../tables/index-definition.ts';
import {
  assertDefinitionsUsed,
  assertIndexes,
  assertIndexThroughput,
  assertKeySchema,
  assertThroughput,
} from '../tables/schema-checks.ts';
import { readPolicy } from './resource-policies.ts';
import { keepStream, wantedStream } from './stream-changes.ts';

export function createTableOperation(context: Context, body: unknown): object {
  assertNamed(body);
  const request = readRequest(createTable, body);
  const { TableName, KeySchema, AttributeDefinitions, ResourcePolicy } = request;
  const locals = request.LocalSecondaryIndexes ?? [];
  const globals = request.GlobalSecondaryIndexes ?? [];
  const billingMode = request.BillingMode ?? 'PROVISIONED';
  const viewType = wantedStream(request.StreamSpecification);
  assertKeySchema(KeySchema, AttributeDefinitions);
  assertThroughput(billingMode, request.ProvisionedThroughput);
  assertIndexes(KeySchema, AttributeDefinitions, locals, globals);
  for (const index of globals) assertIndexThroughput(billingMode, index);
  const schemas = [...locals, ...globals].map((index) => index.KeySchema);
  assertDefinitionsUsed(AttributeDefinitions, [KeySchema, ...schemas]);
  if (context.catalog.find(TableName) !== undefined) {
    throw resourceInUse(`Table already exists: ${TableName}`);
  }
  const now = context.clock.now();
  const { SSESpecification: encryption } = request;
  const definition: TableDefinition = {
    name: TableName,
    tableId: context.newId(),
    createdAt: now,
    attributes: AttributeDefinitions,
    keySchema: KeySchema,
    indexes: [
      ...locals.map((each) => indexDefinition(context.catalog.newIndexId(), 'local', each)),
      ...globals.map((each) => indexDefinition(context.catalog.newIndexId(), 'global', each)),
    ],
    billingMode,
    throughput: request.ProvisionedThroughput,
    onDemandThroughput: request.OnDemandThroughput,
    tableClass: request.TableClass,
    encryption:
      encryption?.Enabled === true
        ? { type: encryption.SSEType ?? 'KMS', key: encryption.KMSMasterKeyId }
        : undefined,
    deletionProtection: request.DeletionProtectionEnabled ?? false,
    stream: viewType && context.streams.next(TableName, viewType),
    tags: Object.fromEntries((request.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    policy:
      ResourcePolicy === undefined
        ? undefined
        : { document: readPolicy(ResourcePolicy), revision: String(now) },
    counted: { at: now, counts: {} },
  };
  context.catalog.create(definition, () => keepStream(context.streams, undefined, definition));
  return { TableDescription: describeTable(definition, 'CREATING') };
}

/** This operation reports a missing name in its own words. */
function assertNamed(body: unknown): void {
  if (typeof body === 'object' && body !== null && !('TableName' in body)) {
    throw validationError(
      "The parameter 'TableName' is required but was not present in the request",
    );
  }
}
