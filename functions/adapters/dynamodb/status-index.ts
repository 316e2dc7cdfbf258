import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  BY_STATUS,
  type StatusPartition,
  statusShard,
  type UploadItem,
  uploadIdOfKey,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import { ifConditionHolds } from './conditions.ts';
import type { Table } from './table.ts';

/** The index has keys only, about 200 bytes an upload. */
const PAGE_LIMIT = 500;

export async function* uploadsIn(
  table: Table,
  partition: StatusPartition,
  shard: string,
  before: string,
): AsyncGenerator<string> {
  let last: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: BY_STATUS.indexName,
        KeyConditionExpression: '#shard = :shard AND #changed <= :before',
        ExpressionAttributeNames: {
          '#shard': BY_STATUS.partitionKey,
          '#changed': BY_STATUS.sortKey,
        },
        ExpressionAttributeValues: { ':shard': statusShard(partition, shard), ':before': before },
        Limit: PAGE_LIMIT,
        ...(last && { ExclusiveStartKey: last }),
      }),
    );
    for (const { pk } of Items) yield uploadIdOfKey(String(pk));
    last = LastEvaluatedKey;
  } while (last !== undefined);
}

/** Another run, or the owner's deletion, may have moved the upload since it was read: then nothing is written. */
export async function moveInIndex(
  table: Table,
  item: Pick<UploadItem, 'uploadId' | 'shard' | 'status' | 'statusShard'>,
  to: StatusPartition | undefined,
): Promise<void> {
  await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(item.uploadId),
        UpdateExpression: to ? 'SET #shard = :to' : 'REMOVE #shard',
        ConditionExpression: '#shard = :from AND #status = :status',
        ExpressionAttributeNames: { '#shard': BY_STATUS.partitionKey, '#status': 'status' },
        ExpressionAttributeValues: {
          ':from': item.statusShard,
          ':status': item.status,
          ...(to && { ':to': statusShard(to, item.shard) }),
        },
      }),
    ),
  );
}

/** The upload is examined again after the age of its rule. Nothing is written where it has left the partition. */
export async function touchInIndex(
  table: Table,
  item: Pick<UploadItem, 'uploadId' | 'statusShard'>,
  at: string,
): Promise<void> {
  await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(item.uploadId),
        UpdateExpression: 'SET updatedAt = :at',
        ConditionExpression: '#shard = :from',
        ExpressionAttributeNames: { '#shard': BY_STATUS.partitionKey },
        ExpressionAttributeValues: { ':from': item.statusShard, ':at': at },
      }),
    ),
  );
}
