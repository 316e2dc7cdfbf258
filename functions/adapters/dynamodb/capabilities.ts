import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { capabilityKey } from '../../../core/grants/capability.ts';
import { parseCapabilityItem } from '../../../core/uploads/parse-records.ts';
import type { CapabilityItem } from '../../../core/uploads/records.ts';
import type { Table } from './table.ts';

export async function putCapability(table: Table, item: CapabilityItem): Promise<void> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...item } }));
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
