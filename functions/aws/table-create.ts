import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  IDEMPOTENCY_SECONDS,
  type IdempotencyItem,
  idempotencyItemKey,
  type QuotaItem,
  quotaItemKey,
  type UploadItem,
  uploadItemKey,
} from '../../core/records.ts';
import type { UploadPolicy } from '../../core/upload-policy.ts';
import { quotaReservation } from './quota-update.ts';
import { getUpload, type Table } from './table.ts';
import { ConditionFailed, transact } from './transaction.ts';

/** How the recording of an upload ended. */
export type Creation =
  | { readonly outcome: 'created' }
  | { readonly outcome: 'quota_bytes_exceeded'; readonly totalBytes: number }
  | { readonly outcome: 'quota_uploads_exceeded'; readonly activeUploads: number }
  /** The idempotency key was used before; `item` is absent where that upload is gone. */
  | {
      readonly outcome: 'replayed';
      readonly item: UploadItem | undefined;
      readonly requestHash: string;
    };

const UPLOAD = 0;
const QUOTA = 1;

/**
 * Records an upload, reserves its bytes and remembers its idempotency key, all or nothing.
 * @param now milliseconds since the epoch
 */
export async function createUploadItem(
  table: Table,
  item: UploadItem,
  quota: UploadPolicy['quota'],
  now: number,
): Promise<Creation> {
  if (item.size > quota.maximumBytes) return outOfQuota(table, item, quota);
  const seconds = Math.floor(now / 1000);
  const key = item.idempotencyKey;
  const earlier =
    key === undefined ? undefined : await findEarlier(table, item.owner, key, seconds);
  if (earlier) return replay(table, earlier);
  try {
    await transact(table, [
      {
        Put: {
          TableName: table.name,
          Item: { ...item },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Update: quotaReservation(table, item.owner, item.size, quota) },
      ...(key === undefined
        ? []
        : [
            {
              Put: {
                TableName: table.name,
                Item: { ...idempotencyItem(item, key, seconds) },
                // TTL may delete up to two days late: what has expired no longer counts.
                ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
                ExpressionAttributeValues: { ':now': seconds },
              },
            },
          ]),
    ]);
    return { outcome: 'created' };
  } catch (error) {
    if (!(error instanceof ConditionFailed) || error.place === UPLOAD) throw error;
    // A racing twin with the same key has won; it matters more than the quota that it may have used up.
    const twin = key === undefined ? undefined : await findEarlier(table, item.owner, key, seconds);
    if (twin) return replay(table, twin);
    if (error.place === QUOTA) return outOfQuota(table, item, quota);
    throw error;
  }
}

function idempotencyItem(item: UploadItem, key: string, seconds: number): IdempotencyItem {
  return {
    ...idempotencyItemKey(item.owner, key),
    uploadId: item.uploadId,
    requestHash: item.requestHash ?? '',
    createdAt: item.createdAt,
    expiresAt: seconds + IDEMPOTENCY_SECONDS,
  };
}

async function findEarlier(table: Table, owner: string, key: string, seconds: number) {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: idempotencyItemKey(owner, key),
      ConsistentRead: true,
    }),
  );
  const earlier = Item as IdempotencyItem | undefined;
  return earlier && earlier.expiresAt > seconds ? earlier : undefined;
}

async function replay(table: Table, earlier: IdempotencyItem): Promise<Creation> {
  const item = await getUpload(table, earlier.uploadId);
  return { outcome: 'replayed', item, requestHash: earlier.requestHash };
}

async function outOfQuota(
  table: Table,
  item: UploadItem,
  quota: UploadPolicy['quota'],
): Promise<Creation> {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: quotaItemKey(item.owner),
      ConsistentRead: true,
    }),
  );
  const { totalBytes = 0, activeUploads = 0 } = (Item ?? {}) as Partial<QuotaItem>;
  return activeUploads >= quota.maximumActiveUploads
    ? { outcome: 'quota_uploads_exceeded', activeUploads }
    : { outcome: 'quota_bytes_exceeded', totalBytes };
}

/**
 * Writes S3's id of the multipart upload, unless another request was faster.
 * @returns false where the item already has one, or no longer waits
 */
export async function recordMultipartUpload(
  table: Table,
  uploadId: string,
  s3UploadId: string,
  at: string,
): Promise<boolean> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'SET s3UploadId = :s3UploadId, updatedAt = :at',
        ConditionExpression:
          'attribute_exists(pk) AND attribute_not_exists(s3UploadId) AND #status = :waiting',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':s3UploadId': s3UploadId, ':at': at, ':waiting': 'waiting' },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
