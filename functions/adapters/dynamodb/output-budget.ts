import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { DailyUse } from '../../../core/quota/daily-budget.ts';
import { dayItemKey, type ItemKey, uploadItemKey } from '../../../core/uploads/records.ts';
import { dailyReservation } from './quota-update.ts';
import type { Table } from './table.ts';
import { transact } from './transaction.ts';

/** The attribute of an upload and of its owner's day. The function that inspects files may read and write no other. */
const OUTPUT_SECONDS = 'outputSeconds';

export function reserveOutput(
  table: Table,
  { uploadId, owner }: { readonly uploadId: string; readonly owner: string },
  daily: DailyUse<'outputSeconds'>,
  now: number,
): Promise<boolean> {
  return transact(table, [
    {
      Update: {
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'SET outputSeconds = :seconds',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(outputSeconds)',
        ExpressionAttributeValues: { ':seconds': daily.count },
      },
    },
    { Update: dailyReservation(table, owner, daily, now) },
  ]);
}

export function reservedOutput(table: Table, uploadId: string): Promise<number | undefined> {
  return read(table, uploadItemKey(uploadId));
}

export function usedOutput(table: Table, owner: string, day: string): Promise<number | undefined> {
  return read(table, dayItemKey(owner, day));
}

async function read(table: Table, Key: ItemKey): Promise<number | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: { ...Key },
      ConsistentRead: true,
      ProjectionExpression: OUTPUT_SECONDS,
    }),
  );
  return Item?.[OUTPUT_SECONDS] === undefined ? undefined : Number(Item[OUTPUT_SECONDS]);
}
