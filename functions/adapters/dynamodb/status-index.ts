import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  BY_STATUS,
  type StatusPartition,
  statusShard,
  type UploadItem,
  uploadIdOfKey,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import type { Table } from './table.ts';

/** The index has keys only, some 200 bytes an upload. */
const PAGE = 500;

/**
 * The ids of the uploads in one shard of a partition of the index whose last change is that old, oldest first,
 * page after page as they are asked for. The index is eventually consistent.
 *
 * @param before ISO 8601, included
 */
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
        Limit: PAGE,
        ...(last && { ExclusiveStartKey: last }),
      }),
    );
    for (const { pk } of Items as Pick<UploadItem, 'pk'>[]) yield uploadIdOfKey(pk);
    last = LastEvaluatedKey;
  } while (last !== undefined);
}

/**
 * Moves an upload that has ended from its partition to the next, or out of the index. Nothing else of it
 * changes, its `updatedAt` neither: the age is still that of its end.
 */
export async function moveInIndex(
  table: Table,
  item: Pick<UploadItem, 'uploadId' | 'shard' | 'status' | 'statusShard'>,
  to: StatusPartition | undefined,
): Promise<void> {
  try {
    await table.client.send(
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
    );
  } catch (error) {
    // Another run was faster, or its owner has deleted it just now: then it stands where it belongs.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
