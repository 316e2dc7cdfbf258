import { STATUS_SHARDS, statusShard } from '../../../core/uploads/records.ts';
import type { DatabaseServer } from './servers.ts';

const TableName = 'uploads';
/** A page of the index query. */
export const PAGE = 100;
const ITEMS_PER_OWNER = 200;
/** The limit of BatchWriteItem. */
const BATCH = 25;

const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' });

/** Keys and indexes of the table of uploads. */
const TABLE = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'owner', 'uploadId', 'statusShard', 'updatedAt'].map(
    (AttributeName) => ({ AttributeName, AttributeType: 'S' }),
  ),
  KeySchema: [hash('pk'), range('sk')],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [hash('owner'), range('uploadId')],
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: 'byStatus',
      KeySchema: [hash('statusShard'), range('updatedAt')],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

const s = (S: string) => ({ S });
const n = (number: number) => ({ N: String(number) });
const idOf = (index: number) => `u${String(index).padStart(8, '0')}`;
const keyOf = (index: number) => ({ pk: s(`UPLOAD#${idOf(index)}`), sk: s('UPLOAD') });
const shardOf = (index: number) =>
  statusShard('waiting', STATUS_SHARDS[index % STATUS_SHARDS.length] ?? '');
const timeOf = (index: number) => new Date(1.7e12 + index * 1_000).toISOString();

/** About 600 bytes, like an upload. */
function itemOf(index: number) {
  return {
    ...keyOf(index),
    owner: s(`owner-${Math.floor(index / ITEMS_PER_OWNER)}`),
    uploadId: s(idOf(index)),
    statusShard: s(shardOf(index)),
    updatedAt: s(timeOf(index)),
    status: s('waiting'),
    size: n(index * 1_000 + 5),
    objectKey: s(`uploads/2026/${idOf(index)}/source.mp4`),
    contentType: s('video/mp4'),
    changes: n(0),
    timeline: {
      L: ['waiting', 'uploaded'].map((to) => ({ M: { to: s(to), at: s(timeOf(index)) } })),
    },
    parts: { M: { size: n(8_388_608), count: n(120) } },
  };
}

export async function fill({ send }: DatabaseServer, items: number): Promise<void> {
  await send('CreateTable', TABLE);
  for (let first = 0; first < items; first += BATCH) {
    const indexes = Array.from({ length: Math.min(BATCH, items - first) }, (_, i) => first + i);
    const requests = indexes.map((index) => ({ PutRequest: { Item: itemOf(index) } }));
    await send('BatchWriteItem', { RequestItems: { [TableName]: requests } });
  }
}

/** A request for the item at `index` of `items`; `serial` is different in each call. */
type Operation = (index: number, serial: number, items: number) => readonly [string, object];

export const getItem: Operation = (index) => [
  'GetItem',
  { TableName, Key: keyOf(index), ConsistentRead: true },
];

/** The measured operations by the name of their measure. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetItem: getItem,
  'conditional UpdateItem': (index, serial) => [
    'UpdateItem',
    {
      TableName,
      Key: keyOf(index),
      UpdateExpression: 'SET #status = :status, updatedAt = :at ADD changes :one',
      ConditionExpression: 'attribute_exists(pk) AND #status IN (:status, :other)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':status': s('waiting'),
        ':other': s('uploaded'),
        ':at': s(timeOf(serial)),
        ':one': n(1),
      },
      ReturnValues: 'ALL_NEW',
    },
  ],
  'transaction of three': (_, serial, items) => [
    'TransactWriteItems',
    {
      TransactItems: [
        {
          Put: {
            TableName,
            Item: itemOf(items + serial),
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        {
          Update: {
            TableName,
            Key: { pk: s(`QUOTA#${serial % 100}`), sk: s('QUOTA') },
            UpdateExpression: 'ADD totalBytes :bytes, activeUploads :one',
            ExpressionAttributeValues: { ':bytes': n(12_345), ':one': n(1) },
          },
        },
        {
          Put: {
            TableName,
            Item: { pk: s(`IDEMPOTENCY#${serial}`), sk: s('KEY'), reference: s(idOf(serial)) },
          },
        },
      ],
    },
  ],
  [`Query of ${PAGE} on an index`]: (index) => [
    'Query',
    {
      TableName,
      IndexName: 'byOwner',
      Limit: PAGE,
      ScanIndexForward: false,
      KeyConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': s(`owner-${Math.floor(index / ITEMS_PER_OWNER)}`) },
    },
  ],
};
