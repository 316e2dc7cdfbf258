import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { capabilityKey } from '../../../core/grants/capability.ts';
import type { DailyUse } from '../../../core/quota/daily-budget.ts';
import { parseCapabilityItem } from '../../../core/uploads/parse-records.ts';
import type { CapabilityItem } from '../../../core/uploads/records.ts';
import { dailyReservation } from './quota-update.ts';
import type { Table } from './table.ts';
import { transact } from './transaction.ts';

export function putCapability(
  table: Table,
  item: CapabilityItem,
  daily: DailyUse,
  now: number,
): Promise<boolean> {
  return transact(table, [
    { Put: { TableName: table.name, Item: { ...item } } },
    { Update: dailyReservation(table, item.owner, daily, now) },
  ]);
}

export async function findCapability(
  table: Table,
  capability: string,
  now: number,
): Promise<CapabilityItem | undefined> {
  const Key = capabilityKey(capability);
  if (!Key) return undefined;
  const { Item } = await table.client.send(
    // A client uses its capability immediately after its creation.
    new GetCommand({ TableName: table.name, Key, ConsistentRead: true }),
  );
  const item = Item && parseCapabilityItem(Item);
  return item && item.expiresAt * 1000 > now ? item : undefined;
}
