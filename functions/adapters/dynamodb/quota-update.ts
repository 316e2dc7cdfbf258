import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { type DailyUse, dayExpiresAt, dayOf } from '../../../core/quota/daily-budget.ts';
import { quotaDeltas, quotaLimits } from '../../../core/quota/quota.ts';
import { dayItemKey, type QuotaState, quotaItemKey } from '../../../core/uploads/records.ts';
import type { UploadPolicy } from '../../../core/uploads/upload-policy.ts';
import type { Table } from './table.ts';

type Update = NonNullable<
  NonNullable<TransactWriteCommandInput['TransactItems']>[number]['Update']
>;

/** The write that adds a change of one upload's quota state to its owner's quota item. */
export function quotaUpdate(
  table: Table,
  owner: string,
  change: { readonly from?: QuotaState; readonly to: QuotaState; readonly bytes: number },
): Update {
  const deltas = quotaDeltas(change.from, change.to, change.bytes);
  const names = Object.keys(deltas);
  return {
    TableName: table.name,
    Key: quotaItemKey(owner),
    UpdateExpression: `ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(deltas).map(([name, delta]) => [`:${name}`, delta]),
    ),
  };
}

/** Reserves a new upload's bytes, on the condition that the owner's quota has room for it. */
export function quotaReservation(
  table: Table,
  owner: string,
  bytes: number,
  quota: UploadPolicy['quota'],
): Update {
  const update = quotaUpdate(table, owner, { to: 'reserved', bytes });
  const limits = Object.entries(quotaLimits(bytes, quota));
  const within = limits.map(([name]) => `#${name} <= :${name}Limit`).join(' AND ');
  return {
    ...update,
    // An owner's first upload finds no item: the caller has compared the upload's own size with the quota.
    ConditionExpression: `attribute_not_exists(pk) OR (${within})`,
    ExpressionAttributeValues: {
      ...update.ExpressionAttributeValues,
      ...Object.fromEntries(limits.map(([name, limit]) => [`:${name}Limit`, limit])),
    },
  };
}

/**
 * Counts a use in the day's item of its owner, on the condition that the budget has room for it.
 * @param now milliseconds since the epoch
 */
export function dailyReservation(
  table: Table,
  owner: string,
  { amount, count, limit }: DailyUse,
  now: number,
): Update {
  return {
    TableName: table.name,
    Key: dayItemKey(owner, dayOf(now)),
    UpdateExpression: 'ADD #amount :count SET expiresAt = :expiresAt',
    // The first use of a day finds no amount: the caller has compared the use itself with the budget.
    ConditionExpression: 'attribute_not_exists(#amount) OR #amount <= :limit',
    ExpressionAttributeNames: { '#amount': amount },
    ExpressionAttributeValues: {
      ':count': count,
      ':limit': limit - count,
      ':expiresAt': dayExpiresAt(now),
    },
  };
}
