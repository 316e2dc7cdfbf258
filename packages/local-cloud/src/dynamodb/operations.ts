import { arn } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import { leadingKey, type PartitionKeys, queriedKey, record } from './leading-keys.ts';

type Json = Readonly<Record<string, unknown>>;

/** One permission that a call needs. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** Partition keys of the tables that are known by their template. */
export type KeysOf = (tableName: string) => PartitionKeys | undefined;

/**
 * The permissions of each operation, as the service authorization reference lists them:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * A transaction needs the permission of each single write in it.
 */
const NEEDS: Readonly<Record<string, (body: Json, keysOf: KeysOf) => Need[]>> = {
  GetItem: (body, keysOf) => [onItem('GetItem', body.TableName, body.Key, keysOf)],
  PutItem: (body, keysOf) => [onItem('PutItem', body.TableName, body.Item, keysOf)],
  UpdateItem: (body, keysOf) => [onItem('UpdateItem', body.TableName, body.Key, keysOf)],
  DeleteItem: (body, keysOf) => [onItem('DeleteItem', body.TableName, body.Key, keysOf)],
  Query: (body, keysOf) => {
    const keys = keysOf(tableName(body.TableName));
    const context = keys ? { 'dynamodb:leadingkeys': [queriedKey(body, keys)] } : {};
    return [{ ...onTableOrIndex('Query', body), context }];
  },
  Scan: (body) => [onTableOrIndex('Scan', body)],
  BatchGetItem: (body, keysOf) =>
    Object.entries(record(body.RequestItems)).map(([table, request]) =>
      onItems('BatchGetItem', table, list(record(request).Keys), keysOf),
    ),
  BatchWriteItem: (body, keysOf) =>
    Object.entries(record(body.RequestItems)).map(([table, requests]) =>
      onItems('BatchWriteItem', table, list(requests).map(writtenKey), keysOf),
    ),
  TransactGetItems: (body, keysOf) =>
    list(body.TransactItems).map((each) => {
      const { TableName, Key } = record(record(each).Get);
      return enclosed('TransactGetItems', onItem('GetItem', TableName, Key, keysOf));
    }),
  TransactWriteItems: (body, keysOf) =>
    list(body.TransactItems).flatMap((each) =>
      Object.entries(record(each)).map(([kind, request]) => {
        const { TableName, Key, Item } = record(request);
        const action = TRANSACTION_ACTIONS[kind];
        if (!action) {
          throw new AwsError('ValidationException', `A transaction has no ${kind}.`);
        }
        return enclosed('TransactWriteItems', onItem(action, TableName, Key ?? Item, keysOf));
      }),
    ),
  CreateTable: onTable('CreateTable'),
  DeleteTable: onTable('DeleteTable'),
  DescribeTable: onTable('DescribeTable'),
  UpdateTable: onTable('UpdateTable'),
  DescribeTimeToLive: onTable('DescribeTimeToLive'),
  UpdateTimeToLive: onTable('UpdateTimeToLive'),
  ListTables: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
  DescribeLimits: () => [{ action: 'dynamodb:DescribeLimits', resource: '*' }],
};

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** Throws UnknownOperationException for an operation that the guard does not know: PartiQL, streams, backups. */
export function needsOf(operation: string, body: Json, keysOf: KeysOf): Need[] {
  const needs = Object.hasOwn(NEEDS, operation) ? NEEDS[operation] : undefined;
  if (needs) return needs(body, keysOf);
  throw new AwsError(
    'UnknownOperationException',
    `The local DynamoDB has no operation ${operation}; it has ${Object.keys(NEEDS).join(', ')}.`,
  );
}

export function tableArn(name: string): string {
  return arn('dynamodb', `table/${name}`);
}

/** A table may also be named by its ARN. */
function tableName(value: unknown): string {
  if (typeof value !== 'string' || value === '') {
    throw new AwsError('ValidationException', 'The parameter TableName is missing.');
  }
  return value.startsWith('arn:') ? value.slice(value.lastIndexOf('/') + 1) : value;
}

function onTable(operation: string) {
  return (body: Json): Need[] => [
    { action: `dynamodb:${operation}`, resource: tableArn(tableName(body.TableName)) },
  ];
}

function onTableOrIndex(operation: string, body: Json): Need {
  const table = tableArn(tableName(body.TableName));
  return {
    action: `dynamodb:${operation}`,
    resource: typeof body.IndexName === 'string' ? `${table}/index/${body.IndexName}` : table,
  };
}

function onItem(operation: string, table: unknown, item: unknown, keysOf: KeysOf): Need {
  return onItems(operation, table, [item], keysOf);
}

function onItems(
  operation: string,
  table: unknown,
  items: readonly unknown[],
  keysOf: KeysOf,
): Need {
  const name = tableName(table);
  const keys = keysOf(name);
  return {
    action: `dynamodb:${operation}`,
    resource: tableArn(name),
    context: keys
      ? { 'dynamodb:leadingkeys': items.map((item) => leadingKey(item, keys.table)) }
      : {},
  };
}

function writtenKey(request: unknown): unknown {
  const { PutRequest, DeleteRequest } = record(request);
  return record(PutRequest).Item ?? record(DeleteRequest).Key;
}

function enclosed(operation: string, need: Need): Need {
  return { ...need, context: { ...need.context, 'dynamodb:enclosingoperation': operation } };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
