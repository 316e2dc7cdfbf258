import { invalidParameter, validationError } from '../errors.ts';
import type { GlobalIndexRequest, LocalIndexRequest } from '../requests/table-requests.ts';
import type { AttributeDefinition, KeySchemaElement, Throughput } from './definition.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MAX_LOCAL_INDEXES = 5;
const MAX_GLOBAL_INDEXES = 20;
const MAX_PROJECTED_ATTRIBUTES = 100;

export type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST';

export function assertKeySchema(
  schema: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
): void {
  const [first, second] = schema;
  if (first?.KeyType !== 'HASH') {
    throw validationError('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (second !== undefined && second.KeyType !== 'RANGE') {
    throw validationError('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  if (second?.AttributeName === first.AttributeName) {
    throw validationError('Invalid KeySchema: Some index key attribute have no definition');
  }
  const defined = definitions.map(({ AttributeName }) => AttributeName);
  const missing = schema
    .map(({ AttributeName }) => AttributeName)
    .filter((name) => !defined.includes(name));
  if (missing.length > 0) {
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${missing.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
}

/** Every defined attribute is in a key: DynamoDB keeps no schema of other attributes. */
export function assertDefinitionsUsed(
  definitions: readonly AttributeDefinition[],
  schemas: readonly (readonly KeySchemaElement[])[],
): void {
  const defined = definitions.map(({ AttributeName }) => AttributeName);
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  if (new Set(defined).size < defined.length) {
    throw invalidParameter(
      `Duplicate AttributeName in AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
  if (defined.some((name) => !used.has(name))) {
    throw invalidParameter(
      schemas.length === 1
        ? 'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions'
        : `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`,
    );
  }
}

export function assertIndexes(
  tableKeys: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
  locals: readonly LocalIndexRequest[],
  globals: readonly GlobalIndexRequest[],
): void {
  if (locals.length > MAX_LOCAL_INDEXES) throw tooMany('LocalSecondaryIndexes', MAX_LOCAL_INDEXES);
  if (globals.length > MAX_GLOBAL_INDEXES) {
    throw tooMany('GlobalSecondaryIndexes', MAX_GLOBAL_INDEXES);
  }
  const names = new Set<string>();
  for (const { IndexName, KeySchema, Projection } of [...locals, ...globals]) {
    if (names.has(IndexName)) throw invalidParameter(`Duplicate index name: ${IndexName}`);
    names.add(IndexName);
    assertKeySchema(KeySchema, definitions);
    assertProjection(Projection);
  }
  for (const index of locals) assertLocalIndex(index, tableKeys);
  const projected = [...locals, ...globals].flatMap(
    ({ Projection }) => Projection.NonKeyAttributes ?? [],
  );
  if (projected.length > MAX_PROJECTED_ATTRIBUTES) {
    throw invalidParameter(
      `Number of projected attributes exceeds per-table limit of ${MAX_PROJECTED_ATTRIBUTES}`,
    );
  }
}

function assertLocalIndex(index: LocalIndexRequest, tableKeys: readonly KeySchemaElement[]): void {
  if (tableKeys.length < 2) {
    throw invalidParameter(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  const [hash, range] = index.KeySchema;
  if (range === undefined) {
    throw invalidParameter(
      `Index KeySchema does not have a range key for index: ${index.IndexName}`,
    );
  }
  if (hash?.AttributeName !== tableKeys[0]?.AttributeName) {
    throw invalidParameter(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.IndexName}. index hash key: ${hash?.AttributeName}, table hash key: ${tableKeys[0]?.AttributeName}`,
    );
  }
}

function assertProjection({ ProjectionType, NonKeyAttributes }: LocalIndexRequest['Projection']) {
  if (ProjectionType === undefined) throw invalidParameter('Unknown ProjectionType: null');
  if (ProjectionType === 'INCLUDE' && NonKeyAttributes === undefined) {
    throw invalidParameter('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
  if (ProjectionType !== 'INCLUDE' && NonKeyAttributes !== undefined) {
    throw invalidParameter(
      `ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`,
    );
  }
}

export function assertThroughput(
  billingMode: BillingMode,
  throughput: Throughput | undefined,
): void {
  if (billingMode === 'PROVISIONED' && throughput === undefined) {
    throw invalidParameter(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  if (billingMode === 'PAY_PER_REQUEST' && throughput !== undefined) {
    throw invalidParameter(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
}

export function assertIndexThroughput(
  billingMode: BillingMode,
  { IndexName, ProvisionedThroughput }: GlobalIndexRequest,
): void {
  if (billingMode === 'PROVISIONED' && ProvisionedThroughput === undefined) {
    throw invalidParameter(`ProvisionedThroughput is not specified for index: ${IndexName}`);
  }
  if (billingMode === 'PAY_PER_REQUEST' && ProvisionedThroughput !== undefined) {
    throw invalidParameter(
      `ProvisionedThroughput should not be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  }
}

function tooMany(parameter: string, limit: number) {
  return invalidParameter(`Number of ${parameter} exceeds per-table limit of ${limit}`);
}
