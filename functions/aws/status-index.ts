import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Status } from '../../core/lifecycle.ts';
import { BY_STATUS, statusShard, type UploadItem } from '../../core/records.ts';
import type { Table } from './table.ts';

/** Items are 1 to 3 KB. */
const PAGE = 100;

/**
 * The uploads of a status in one shard of the index whose last change was between two times, oldest first,
 * page after page as they are asked for. The index is eventually consistent.
 *
 * @param changed ISO 8601, both ends included
 */
export async function* uploadsInStatus(
  table: Table,
  status: Status,
  shard: string,
  changed: { readonly from: string; readonly to: string },
): AsyncGenerator<UploadItem> {
  let last: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: BY_STATUS.indexName,
        KeyConditionExpression: '#shard = :shard AND #changed BETWEEN :from AND :to',
        ExpressionAttributeNames: {
          '#shard': BY_STATUS.partitionKey,
          '#changed': BY_STATUS.sortKey,
        },
        ExpressionAttributeValues: {
          ':shard': statusShard(status, shard),
          ':from': changed.from,
          ':to': changed.to,
        },
        Limit: PAGE,
        ...(last && { ExclusiveStartKey: last }),
      }),
    );
    yield* Items as UploadItem[];
    last = LastEvaluatedKey;
  } while (last !== undefined);
}
