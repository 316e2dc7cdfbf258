import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Status } from '../../../core/contract/lifecycle.ts';
import { BY_OWNER, type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';

/** The table and the client to reach it: what every function here works on. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

const client = DynamoDBDocumentClient.from(new DynamoDBClient(), {
  marshallOptions: { removeUndefinedValues: true },
});

export function uploadTable(name: string): Table {
  return { client, name };
}

/** The upload as it is now, by a strongly consistent read; undefined where there is none. */
export async function getUpload(table: Table, uploadId: string): Promise<UploadItem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: uploadItemKey(uploadId),
      ConsistentRead: true,
    }),
  );
  return Item as UploadItem | undefined;
}

/** As `getUpload`, but only for its owner: a foreign upload is as absent. */
export async function getOwnUpload(
  table: Table,
  owner: string,
  uploadId: string,
): Promise<UploadItem | undefined> {
  const item = await getUpload(table, uploadId);
  return item?.owner === owner ? item : undefined;
}

export interface UploadPage {
  readonly items: readonly UploadItem[];
  /** The last upload looked at, where there may be more behind it. */
  readonly last?: string;
}

/**
 * Reads a filtered list's pages until `limit` is reached, but no more: a rare status must not read
 * everything.
 */
const MAX_QUERIES_A_PAGE = 8;

/**
 * An owner's uploads, newest first; the index is eventually consistent.
 * @param after the upload id behind which to go on
 */
export async function listUploads(
  table: Table,
  owner: string,
  query: {
    readonly limit: number;
    readonly after?: string | undefined;
    readonly status?: Status | undefined;
  },
): Promise<UploadPage> {
  const items: UploadItem[] = [];
  let last = query.after;
  for (let round = 0; round < MAX_QUERIES_A_PAGE; round += 1) {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: BY_OWNER.indexName,
        ScanIndexForward: false,
        Limit: query.limit - items.length,
        KeyConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: {
          '#owner': BY_OWNER.partitionKey,
          ...(query.status && { '#status': 'status' }),
        },
        ExpressionAttributeValues: {
          ':owner': owner,
          ...(query.status && { ':status': query.status }),
        },
        ...(query.status && { FilterExpression: '#status = :status' }),
        ...(last && { ExclusiveStartKey: { ...uploadItemKey(last), owner, uploadId: last } }),
      }),
    );
    items.push(...(Items as UploadItem[]));
    last = (LastEvaluatedKey as { uploadId?: string } | undefined)?.uploadId;
    if (last === undefined) return { items };
    if (items.length >= query.limit) break;
  }
  return last === undefined ? { items } : { items, last };
}
