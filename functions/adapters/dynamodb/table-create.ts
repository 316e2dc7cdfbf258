import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { quotaRefusal } from '../../../core/quota/quota.ts';
import {
  IDEMPOTENCY_SECONDS,
  type IdempotencyItem,
  idempotencyItemKey,
  type QuotaItem,
  quotaItemKey,
  type UploadItem,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import type { UploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { quotaReservation } from './quota-update.ts';
import { getUpload, type Table } from './table.ts';
import { ConditionFailed, type TransactionItems, transact } from './transaction.ts';

/** How the recording of an upload ended. */
export type Creation =
  | { readonly outcome: 'created' }
  | { readonly outcome: 'refused'; readonly reason: NonNullable<ReturnType<typeof quotaRefusal>> }
  /** The quota had no room a moment ago and has now, or an item was taken: the same request may succeed. */
  | { readonly outcome: 'conflict' }
  /** The idempotency key was used before; `item` is absent where that upload is gone. */
  | {
      readonly outcome: 'replayed';
      readonly item: UploadItem | undefined;
      readonly requestHash: string;
    };

/**
 * Records an upload, reserves its bytes and remembers its idempotency key, all or nothing.
 * @param now milliseconds since the epoch
 */
export async function createUploadItem(
  table: Table,
  item: UploadItem,
  policy: UploadPolicy,
  now: number,
): Promise<Creation> {
  const seconds = Math.floor(now / 1000);
  const earlier = await findEarlier(table, item, seconds);
  if (earlier) return replay(table, earlier);
  // No condition can compare for an owner's first upload, who has no quota item yet.
  const never = quotaRefusal(undefined, item.size, policy);
  if (never) return refusal(table, item, policy);
  try {
    await transact(table, [
      {
        Put: {
          TableName: table.name,
          Item: { ...item },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Update: quotaReservation(table, item.owner, item.size, policy.quota) },
      ...rememberKey(table, item, seconds),
    ]);
    return { outcome: 'created' };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    // A racing twin with the same key has won; that counts more than the quota that it may have used up.
    const twin = await findEarlier(table, item, seconds);
    if (twin) return replay(table, twin);
    return refusal(table, item, policy);
  }
}

async function refusal(table: Table, item: UploadItem, policy: UploadPolicy): Promise<Creation> {
  const reason = quotaRefusal(await getQuota(table, item.owner), item.size, policy);
  return reason ? { outcome: 'refused', reason } : { outcome: 'conflict' };
}

function rememberKey(table: Table, item: UploadItem, seconds: number): TransactionItems {
  if (item.idempotencyKey === undefined) return [];
  return [
    {
      Put: {
        TableName: table.name,
        Item: { ...idempotencyItem(item, item.idempotencyKey, seconds) },
        // TTL may delete up to two days late: what has expired no longer counts.
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': seconds },
      },
    },
  ];
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

async function findEarlier(
  table: Table,
  { owner, idempotencyKey }: UploadItem,
  seconds: number,
): Promise<IdempotencyItem | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: idempotencyItemKey(owner, idempotencyKey),
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

async function getQuota(table: Table, owner: string): Promise<QuotaItem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: quotaItemKey(owner), ConsistentRead: true }),
  );
  return Item as QuotaItem | undefined;
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
