import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { parseUploadItem } from '../../../core/uploads/parse-records.ts';
import { BY_OWNER, type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import type { UploadStore } from '../../ports/uploads.ts';
import type { Table } from './table.ts';

export async function getUploadItem(
  table: Table,
  uploadId: string,
): Promise<UploadItem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: uploadItemKey(uploadId),
      ConsistentRead: true,
    }),
  );
  return Item && parseUploadItem(Item);
}

/** Queries for one page of a filtered list: a rare status must not read all uploads of an owner. */
const MAX_QUERIES_A_PAGE = 8;

export async function listUploadItems(
  table: Table,
  owner: string,
  { limit, after, statuses }: Parameters<UploadStore['list']>[1],
): ReturnType<UploadStore['list']> {
  const items: UploadItem[] = [];
  let last = after;
  for (let round = 0; round < MAX_QUERIES_A_PAGE; round += 1) {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: BY_OWNER.indexName,
        ScanIndexForward: false,
        Limit: limit - items.length,
        KeyConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: {
          '#owner': BY_OWNER.partitionKey,
          '#status': 'status',
        },
        ExpressionAttributeValues: {
          ':owner': owner,
          ...Object.fromEntries(statuses.map((status, index) => [`:status${index}`, status])),
        },
        FilterExpression: `#status IN (${statuses.map((_, index) => `:status${index}`).join(', ')})`,
        ...(last && { ExclusiveStartKey: { ...uploadItemKey(last), owner, uploadId: last } }),
      }),
    );
    items.push(...Items.map(parseUploadItem));
    last = (LastEvaluatedKey as { uploadId?: string } | undefined)?.uploadId;
    if (last === undefined) return { items };
    if (items.length >= limit) break;
  }
  return last === undefined ? { items } : { items, last };
}
