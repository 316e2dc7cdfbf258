import { listOf, structure } from './container-shapes.ts';
import { tableName } from './item-requests.ts';
import { flag, integer, oneOf, text } from './scalar-shapes.ts';
import { required, type Shaped } from './shape.ts';

// The parameters of the operations on tables: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/

const NAME_PATTERN = { pattern: /^[a-zA-Z0-9_.-]+$/, patternText: '[a-zA-Z0-9_.-]+' };
const newName = text({ min: 3, max: 255, ...NAME_PATTERN });
const attributeName = text({ min: 1, max: 255 });

const attributeDefinitions = listOf(
  structure('AttributeDefinition', {
    AttributeName: required(attributeName),
    AttributeType: required(oneOf('B', 'N', 'S')),
  }),
);
const keySchema = listOf(
  structure('KeySchemaElement', {
    AttributeName: required(attributeName),
    KeyType: required(oneOf('HASH', 'RANGE')),
  }),
  { min: 1, max: 2 },
);
const projection = structure('Projection', {
  ProjectionType: oneOf('ALL', 'INCLUDE', 'KEYS_ONLY'),
  NonKeyAttributes: listOf(text({ min: 1, max: 255 }), { min: 1, max: 20 }),
});
const provisionedThroughput = structure('ProvisionedThroughput', {
  ReadCapacityUnits: required(integer({ min: 1 })),
  WriteCapacityUnits: required(integer({ min: 1 })),
});
const onDemandThroughput = structure('OnDemandThroughput', {
  MaxReadRequestUnits: integer(),
  MaxWriteRequestUnits: integer(),
});
const tags = listOf(
  structure('Tag', {
    Key: required(text({ min: 1, max: 128 })),
    Value: required(text({ min: 0, max: 256 })),
  }),
);
const globalIndex = structure('GlobalSecondaryIndex', {
  IndexName: required(newName),
  KeySchema: required(keySchema),
  Projection: required(projection),
  ProvisionedThroughput: provisionedThroughput,
  OnDemandThroughput: onDemandThroughput,
});
const localIndex = structure('LocalSecondaryIndex', {
  IndexName: required(newName),
  KeySchema: required(keySchema),
  Projection: required(projection),
});
const billingMode = oneOf('PROVISIONED', 'PAY_PER_REQUEST');
const tableClass = oneOf('STANDARD', 'STANDARD_INFREQUENT_ACCESS');
const encryption = structure('SSESpecification', {
  Enabled: flag,
  SSEType: oneOf('AES256', 'KMS'),
  KMSMasterKeyId: text(),
});
const stream = structure('StreamSpecification', {
  StreamEnabled: required(flag),
  StreamViewType: oneOf('NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'),
});

export const createTable = structure('CreateTableInput', {
  TableName: required(newName),
  AttributeDefinitions: required(attributeDefinitions),
  KeySchema: required(keySchema),
  LocalSecondaryIndexes: listOf(localIndex),
  GlobalSecondaryIndexes: listOf(globalIndex),
  BillingMode: billingMode,
  ProvisionedThroughput: provisionedThroughput,
  OnDemandThroughput: onDemandThroughput,
  StreamSpecification: stream,
  SSESpecification: encryption,
  Tags: tags,
  TableClass: tableClass,
  DeletionProtectionEnabled: flag,
  ResourcePolicy: text(),
});

export const updateTable = structure('UpdateTableInput', {
  TableName: required(tableName),
  AttributeDefinitions: attributeDefinitions,
  BillingMode: billingMode,
  ProvisionedThroughput: provisionedThroughput,
  OnDemandThroughput: onDemandThroughput,
  GlobalSecondaryIndexUpdates: listOf(
    structure('GlobalSecondaryIndexUpdate', {
      Create: globalIndex,
      Delete: structure('DeleteGlobalSecondaryIndexAction', { IndexName: required(newName) }),
      Update: structure('UpdateGlobalSecondaryIndexAction', {
        IndexName: required(newName),
        ProvisionedThroughput: provisionedThroughput,
        OnDemandThroughput: onDemandThroughput,
      }),
    }),
  ),
  StreamSpecification: stream,
  SSESpecification: encryption,
  TableClass: tableClass,
  DeletionProtectionEnabled: flag,
});

export const describeTable = structure('DescribeTableInput', { TableName: required(tableName) });
export const deleteTable = structure('DeleteTableInput', { TableName: required(tableName) });
export const listTables = structure('ListTablesInput', {
  ExclusiveStartTableName: text({ min: 3, max: 255, ...NAME_PATTERN }),
  Limit: integer({ min: 1, max: 100 }),
});
export const empty = structure('Input', {});

export const updateTimeToLive = structure('UpdateTimeToLiveInput', {
  TableName: required(tableName),
  TimeToLiveSpecification: required(
    structure('TimeToLiveSpecification', {
      Enabled: required(flag),
      AttributeName: required(text({ min: 1, max: 255 })),
    }),
  ),
});

export const updateContinuousBackups = structure('UpdateContinuousBackupsInput', {
  TableName: required(tableName),
  PointInTimeRecoverySpecification: required(
    structure('PointInTimeRecoverySpecification', {
      PointInTimeRecoveryEnabled: required(flag),
      RecoveryPeriodInDays: integer({ min: 1, max: 35 }),
    }),
  ),
});

const resourceArn = text({ min: 1, max: 1283 });
export const tagResource = structure('TagResourceInput', {
  ResourceArn: required(resourceArn),
  Tags: required(tags),
});
export const untagResource = structure('UntagResourceInput', {
  ResourceArn: required(resourceArn),
  TagKeys: required(listOf(text({ min: 1, max: 128 }))),
});
export const listTags = structure('ListTagsOfResourceInput', {
  ResourceArn: required(resourceArn),
  NextToken: text(),
});
export const resource = structure('ResourcePolicyInput', { ResourceArn: required(resourceArn) });
export const putResourcePolicy = structure('PutResourcePolicyInput', {
  ResourceArn: required(resourceArn),
  Policy: required(text({ min: 1 })),
  ExpectedRevisionId: text({ min: 1, max: 255 }),
  ConfirmRemoveSelfResourceAccess: flag,
});
export const deleteResourcePolicy = structure('DeleteResourcePolicyInput', {
  ResourceArn: required(resourceArn),
  ExpectedRevisionId: text({ min: 1, max: 255 }),
});

export type UpdateTableRequest = Shaped<typeof updateTable>;
export type GlobalIndexRequest = Shaped<typeof globalIndex>;
export type LocalIndexRequest = Shaped<typeof localIndex>;
