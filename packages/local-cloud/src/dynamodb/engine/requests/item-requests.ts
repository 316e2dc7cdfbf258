import { listOf, mapOf, structure } from './container-shapes.ts';
import { attributeValue, flag, integer, legacy, oneOf, text } from './scalar-shapes.ts';
import { required, type Shaped } from './shape.ts';

// The parameters of the operations on items: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/

export const tableName = text({
  min: 1,
  max: 255,
  pattern: /^(?:[a-zA-Z0-9_.-]+|arn:[\w:./-]+)$/,
  patternText: '[a-zA-Z0-9_.-]+',
});
const indexName = text({
  min: 3,
  max: 255,
  pattern: /^[a-zA-Z0-9_.-]+$/,
  patternText: '[a-zA-Z0-9_.-]+',
});
const attributes = mapOf(attributeValue);
const names = mapOf(text());
const returnConsumedCapacity = oneOf('INDEXES', 'TOTAL', 'NONE');
const returnItemCollectionMetrics = oneOf('SIZE', 'NONE');
const returnValues = oneOf('ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW');
const onConditionCheckFailure = oneOf('ALL_OLD', 'NONE');
const select = oneOf('SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES');

const placeholders = { ExpressionAttributeNames: names, ExpressionAttributeValues: attributes };

export const getItem = structure('GetItemInput', {
  TableName: required(tableName),
  Key: required(attributes),
  AttributesToGet: legacy,
  ConsistentRead: flag,
  ReturnConsumedCapacity: returnConsumedCapacity,
  ProjectionExpression: text(),
  ExpressionAttributeNames: names,
});

const conditionalWrite = {
  Expected: legacy,
  ConditionalOperator: legacy,
  ReturnValues: returnValues,
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
  ConditionExpression: text(),
  ...placeholders,
  ReturnValuesOnConditionCheckFailure: onConditionCheckFailure,
} as const;

export const putItem = structure('PutItemInput', {
  TableName: required(tableName),
  Item: required(attributes),
  ...conditionalWrite,
});

export const deleteItem = structure('DeleteItemInput', {
  TableName: required(tableName),
  Key: required(attributes),
  ...conditionalWrite,
});

export const updateItem = structure('UpdateItemInput', {
  TableName: required(tableName),
  Key: required(attributes),
  AttributeUpdates: legacy,
  UpdateExpression: text(),
  ...conditionalWrite,
});

const read = {
  TableName: required(tableName),
  IndexName: indexName,
  Select: select,
  AttributesToGet: legacy,
  Limit: integer(),
  ConsistentRead: flag,
  ConditionalOperator: legacy,
  ExclusiveStartKey: attributes,
  ReturnConsumedCapacity: returnConsumedCapacity,
  ProjectionExpression: text(),
  FilterExpression: text(),
  ...placeholders,
} as const;

export const query = structure('QueryInput', {
  ...read,
  KeyConditions: legacy,
  QueryFilter: legacy,
  ScanIndexForward: flag,
  KeyConditionExpression: text(),
});

export const scan = structure('ScanInput', {
  ...read,
  Limit: integer({ min: 1 }),
  ScanFilter: legacy,
  TotalSegments: integer({ min: 1, max: 1_000_000 }),
  Segment: integer({ min: 0, max: 999_999 }),
});

export const batchGetItem = structure('BatchGetItemInput', {
  RequestItems: required(
    mapOf(
      structure('KeysAndAttributes', {
        Keys: required(listOf(attributes, { min: 1 })),
        AttributesToGet: legacy,
        ConsistentRead: flag,
        ProjectionExpression: text(),
        ExpressionAttributeNames: names,
      }),
    ),
  ),
  ReturnConsumedCapacity: returnConsumedCapacity,
});

export const batchWriteItem = structure('BatchWriteItemInput', {
  RequestItems: required(
    mapOf(
      listOf(
        structure('WriteRequest', {
          PutRequest: structure('PutRequest', { Item: required(attributes) }),
          DeleteRequest: structure('DeleteRequest', { Key: required(attributes) }),
        }),
      ),
      { valueLength: { min: 1, max: 25 } },
    ),
  ),
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const TRANSACTION_LENGTH = { min: 1, max: 100 };

export const transactGetItems = structure('TransactGetItemsInput', {
  TransactItems: required(
    listOf(
      structure('TransactGetItem', {
        Get: required(
          structure('Get', {
            Key: required(attributes),
            TableName: required(tableName),
            ProjectionExpression: text(),
            ExpressionAttributeNames: names,
          }),
        ),
      }),
      TRANSACTION_LENGTH,
    ),
  ),
  ReturnConsumedCapacity: returnConsumedCapacity,
});

const action = {
  TableName: required(tableName),
  ...placeholders,
  ReturnValuesOnConditionCheckFailure: onConditionCheckFailure,
} as const;
const key = { Key: required(attributes) } as const;

export const transactWriteItems = structure('TransactWriteItemsInput', {
  TransactItems: required(
    listOf(
      structure('TransactWriteItem', {
        ConditionCheck: structure('ConditionCheck', {
          ...key,
          ...action,
          ConditionExpression: required(text()),
        }),
        Put: structure('Put', {
          Item: required(attributes),
          ...action,
          ConditionExpression: text(),
        }),
        Delete: structure('Delete', { ...key, ...action, ConditionExpression: text() }),
        Update: structure('Update', {
          ...key,
          UpdateExpression: required(text()),
          ...action,
          ConditionExpression: text(),
        }),
      }),
      TRANSACTION_LENGTH,
    ),
  ),
  ClientRequestToken: text({ min: 1, max: 36 }),
  ReturnConsumedCapacity: returnConsumedCapacity,
  ReturnItemCollectionMetrics: returnItemCollectionMetrics,
});

export type ScanRequest = Shaped<typeof scan>;
export type BatchGetItemRequest = Shaped<typeof batchGetItem>;
export type TransactWriteItemsRequest = Shaped<typeof transactWriteItems>;
export type TransactWriteItem = TransactWriteItemsRequest['TransactItems'][number];
