import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { capabilityKey } from '../../../core/grants/capability.ts';
import type { CapabilityItem } from '../../../core/uploads/records.ts';
import type { Table } from './table.ts';

export async function putCapability(table: Table, item: CapabilityItem): Promise<void> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...item } }));
}

/**
 * What a capability stands for; undefined for one that was never made or has ended.
 * @param now milliseconds since the epoch
 */
export async function findCapability(
  table: Table,
  capability: string,
  now: number,
): Promise<CapabilityItem | undefined> {
  const Key = capabilityKey(capability);
  if (!Key) return undefined;
  const { Item } = await table.client.send(
    // The client that was given it comes at once.
    new GetCommand({ TableName: table.name, Key, ConsistentRead: true }),
  );
  const item = Item as CapabilityItem | undefined;
  return item && item.expiresAt * 1000 > now ? item : undefined;
}
