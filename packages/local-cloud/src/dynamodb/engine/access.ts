import { validationError } from './errors.ts';
import { bindCondition } from './expressions/bind-condition.ts';
import { pathsOf } from './expressions/condition-paths.ts';
import { keyCondition } from './expressions/key-condition.ts';
import { type Expressions, namedAttributes } from './expressions/named-attributes.ts';
import { parseKeyCondition } from './expressions/parsers.ts';
import { leadingKey, type TableKeys, textOf, UNKNOWN_KEY } from './leading-key.ts';
import * as shapes from './requests/item-requests.ts';
import { readRequest } from './requests/read-request.ts';

/** What one request, or one action of a transaction, does to one table, as IAM's condition keys see it. */
export interface Access {
  /** The IAM action without its prefix: `GetItem`, `ConditionCheckItem`. */
  readonly action: string;
  readonly table: string;
  readonly index?: string;
  /** `dynamodb:LeadingKeys`: the partition keys. `UNKNOWN_KEY` where the table is not known. */
  readonly leadingKeys: readonly string[];
  /** `dynamodb:Attributes`: the top-level attributes that the request names. */
  readonly attributes: readonly string[];
  /** `dynamodb:Select` */
  readonly select?: string;
  /** `dynamodb:ReturnValues` */
  readonly returnValues?: string;
  /** `dynamodb:ReturnConsumedCapacity` */
  readonly returnConsumedCapacity?: string;
  /** `dynamodb:EnclosingOperation` */
  readonly enclosingOperation?: string;
}

type Attributes = Readonly<Record<string, unknown>>;

/**
 * What a request on items reads or writes; undefined for operations on tables. Reads the expressions with the
 * engine's own parser. Throws the error that the request would have if it cannot be read.
 */
export function accessOf(
  operation: string,
  body: unknown,
  tables: TableKeys,
): readonly Access[] | undefined {
  const read = Object.hasOwn(READERS, operation) ? READERS[operation] : undefined;
  return read?.(body, tables);
}

type Reader = (body: unknown, tables: TableKeys) => readonly Access[];

const READERS: Readonly<Record<string, Reader>> = {
  GetItem(body, tables) {
    const request = readRequest(shapes.getItem, body);
    return [{ ...itemRead('GetItem', request, tables, [request.Key]), ...capacityOf(request) }];
  },
  PutItem(body, tables) {
    const request = readRequest(shapes.putItem, body);
    return [{ ...itemWrite('PutItem', request, tables, request.Item), ...returnsOf(request) }];
  },
  UpdateItem(body, tables) {
    const request = readRequest(shapes.updateItem, body);
    return [{ ...itemWrite('UpdateItem', request, tables, request.Key), ...returnsOf(request) }];
  },
  DeleteItem(body, tables) {
    const request = readRequest(shapes.deleteItem, body);
    return [{ ...itemWrite('DeleteItem', request, tables, request.Key), ...returnsOf(request) }];
  },
  Query(body, tables) {
    const request = readRequest(shapes.query, body);
    const { TableName, IndexName, KeyConditionExpression } = request;
    const { names, placeholders } = namedAttributes(request);
    const condition = bindCondition(
      'KeyConditionExpression',
      parseKeyCondition(KeyConditionExpression ?? ''),
      placeholders,
    );
    const table = tables.find(TableName);
    const keys = IndexName === undefined ? table?.keys : table?.index(IndexName)?.keys;
    const key = keys && keyCondition(condition, keys.partition, keys.sort).partition;
    return [
      {
        ...target('Query', TableName, IndexName),
        leadingKeys: [key === undefined ? UNKNOWN_KEY : textOf(key)],
        attributes: unique([...pathsOf(condition).map(([name]) => String(name)), ...names]),
        select: selectOf(request),
        ...capacityOf(request),
      },
    ];
  },
  Scan(body) {
    const request = readRequest(shapes.scan, body);
    return [
      {
        ...target('Scan', request.TableName, request.IndexName),
        leadingKeys: [],
        attributes: unique(namedAttributes(request).names),
        select: selectOf(request),
        ...capacityOf(request),
      },
    ];
  },
  BatchGetItem(body, tables) {
    const request = readRequest(shapes.batchGetItem, body);
    return Object.entries(request.RequestItems).map(([TableName, each]) => ({
      ...itemRead('BatchGetItem', { ...each, TableName }, tables, each.Keys),
      ...capacityOf(request),
    }));
  },
  BatchWriteItem(body, tables) {
    const request = readRequest(shapes.batchWriteItem, body);
    return Object.entries(request.RequestItems).map(([TableName, writes]) => {
      const items = writes.map(({ PutRequest, DeleteRequest }) => {
        const item = PutRequest?.Item ?? DeleteRequest?.Key;
        if (item) return item;
        throw validationError('A write request must contain PutRequest or DeleteRequest.');
      });
      return {
        ...target('BatchWriteItem', TableName),
        leadingKeys: items.map((item) => leadingKey(tables, TableName, item)),
        attributes: unique(items.flatMap((item) => Object.keys(item))),
        ...capacityOf(request),
      };
    });
  },
  TransactGetItems(body, tables) {
    const request = readRequest(shapes.transactGetItems, body);
    return request.TransactItems.map(({ Get }) => ({
      ...itemRead('GetItem', Get, tables, [Get.Key]),
      ...capacityOf(request),
      enclosingOperation: 'TransactGetItems',
    }));
  },
  TransactWriteItems(body, tables) {
    const request = readRequest(shapes.transactWriteItems, body);
    return request.TransactItems.flatMap(({ Put, Update, Delete, ConditionCheck }) => [
      ...(Put ? [itemWrite('PutItem', Put, tables, Put.Item)] : []),
      ...(Update ? [itemWrite('UpdateItem', Update, tables, Update.Key)] : []),
      ...(Delete ? [itemWrite('DeleteItem', Delete, tables, Delete.Key)] : []),
      ...(ConditionCheck
        ? [itemWrite('ConditionCheckItem', ConditionCheck, tables, ConditionCheck.Key)]
        : []),
    ]).map((access) => ({
      ...access,
      ...capacityOf(request),
      enclosingOperation: 'TransactWriteItems',
    }));
  },
};

function itemRead(
  action: string,
  request: Expressions & { readonly TableName: string },
  tables: TableKeys,
  keys: readonly Attributes[],
): Access {
  const { names } = namedAttributes(request);
  return {
    ...target(action, request.TableName),
    leadingKeys: keys.map((key) => leadingKey(tables, request.TableName, key)),
    attributes: unique([...keys.flatMap((key) => Object.keys(key)), ...names]),
    select: request.ProjectionExpression === undefined ? 'ALL_ATTRIBUTES' : 'SPECIFIC_ATTRIBUTES',
  };
}

function itemWrite(
  action: string,
  request: Expressions & { readonly TableName: string },
  tables: TableKeys,
  item: Attributes,
): Access {
  return {
    ...target(action, request.TableName),
    leadingKeys: [leadingKey(tables, request.TableName, item)],
    attributes: unique([...Object.keys(item), ...namedAttributes(request).names]),
  };
}

function target(action: string, table: string, index?: string) {
  const name = table.startsWith('arn:') ? table.slice(table.lastIndexOf('/') + 1) : table;
  return { action, table: name, ...(index !== undefined && { index }) };
}

function selectOf(request: {
  readonly Select?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
}): string {
  if (request.Select !== undefined) return request.Select;
  if (request.ProjectionExpression !== undefined) return 'SPECIFIC_ATTRIBUTES';
  return request.IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES';
}

function returnsOf(request: {
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
}) {
  const { ReturnValues } = request;
  return {
    ...(ReturnValues !== undefined && { returnValues: ReturnValues }),
    ...capacityOf(request),
  };
}

function capacityOf(request: { readonly ReturnConsumedCapacity?: string | undefined }) {
  const { ReturnConsumedCapacity } = request;
  return ReturnConsumedCapacity === undefined
    ? {}
    : { returnConsumedCapacity: ReturnConsumedCapacity };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
