import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { DailyUse } from '../../../core/quota/daily-budget.ts';
import {
  parseDayItem,
  parseIdempotencyItem,
  parseQuotaItem,
} from '../../../core/uploads/parse-records.ts';
import {
  type DayItem,
  dayItemKey,
  IDEMPOTENCY_SECONDS,
  type IdempotencyItem,
  idempotencyItemKey,
  type QuotaItem,
  quotaItemKey,
  type UploadItem,
} from '../../../core/uploads/records.ts';
import type { UploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { dailyReservation, quotaReservation } from './quota-update.ts';
import type { Table } from './table.ts';
import { type TransactionItems, transact } from './transaction.ts';

export async function findIdempotencyKey(
  table: Table,
  owner: string,
  key: string,
  seconds: number,
): Promise<IdempotencyItem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: idempotencyItemKey(owner, key),
      ConsistentRead: true,
    }),
  );
  const earlier = Item && parseIdempotencyItem(Item);
  return earlier && earlier.expiresAt > seconds ? earlier : undefined;
}

export async function getQuota(table: Table, owner: string): Promise<QuotaItem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: quotaItemKey(owner), ConsistentRead: true }),
  );
  return Item && parseQuotaItem(Item);
}

export async function getDay(
  table: Table,
  owner: string,
  day: string,
): Promise<DayItem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: dayItemKey(owner, day), ConsistentRead: true }),
  );
  return Item && parseDayItem(Item);
}

export function reserve(
  table: Table,
  item: UploadItem,
  { quota, daily }: { readonly quota: UploadPolicy['quota']; readonly daily: DailyUse },
  now: number,
): Promise<boolean> {
  return transact(table, [
    {
      Put: {
        TableName: table.name,
        Item: { ...item },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    { Update: quotaReservation(table, item.owner, item.size, quota) },
    { Update: dailyReservation(table, item.owner, daily, now) },
    ...recordKey(table, item, Math.floor(now / 1000)),
  ]);
}

function recordKey(table: Table, item: UploadItem, seconds: number): TransactionItems {
  if (item.idempotencyKey === undefined) return [];
  const Item: IdempotencyItem = {
    ...idempotencyItemKey(item.owner, item.idempotencyKey),
    uploadId: item.uploadId,
    requestHash: item.requestHash ?? '',
    createdAt: item.createdAt,
    expiresAt: seconds + IDEMPOTENCY_SECONDS,
  };
  return [
    {
      Put: {
        TableName: table.name,
        Item,
        // TTL may delete an item up to two days late; an expired one does not count.
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': seconds },
      },
    },
  ];
}
