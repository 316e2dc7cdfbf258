import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { OwnerShare, Slots } from '../../../core/transcoding/admission.ts';
import { parseShare, parseSlots } from '../../../core/uploads/parse-records.ts';
import {
  type ItemKey,
  queueEntryKey,
  quotaItemKey,
  RING,
  ringEntryOf,
  SLOTS_KEY,
} from '../../../core/uploads/records.ts';
import type { QueueEntry, RingEntry } from '../../ports/admission.ts';
import type { Table } from './table.ts';

export async function readSlots(table: Table): Promise<Slots> {
  return parseSlots(await itemAt(table, SLOTS_KEY));
}

export async function readShare(table: Table, owner: string): Promise<OwnerShare> {
  return parseShare(await itemAt(table, quotaItemKey(owner)));
}

export async function firstInRing(table: Table): Promise<RingEntry | undefined> {
  const first = await firstOf(table, RING);
  return first && ringEntryOf(String(first.sk));
}

export async function firstInQueue(table: Table, owner: string): Promise<QueueEntry | undefined> {
  const first = await firstOf(table, queueEntryKey(owner, '').pk);
  return first && { uploadId: String(first.uploadId), queueKey: String(first.sk) };
}

export async function countAhead(table: Table, owner: string, queueKey: string): Promise<number> {
  const { pk, sk } = queueEntryKey(owner, queueKey);
  let count = 0;
  let last: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        ConsistentRead: true,
        Select: 'COUNT',
        KeyConditionExpression: 'pk = :pk AND sk < :sk',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ...(last && { ExclusiveStartKey: last }),
      }),
    );
    count += page.Count ?? 0;
    last = page.LastEvaluatedKey;
  } while (last !== undefined);
  return count;
}

async function itemAt(table: Table, key: ItemKey): Promise<unknown> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return Item;
}

async function firstOf(table: Table, pk: string): Promise<Record<string, unknown> | undefined> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      ConsistentRead: true,
      Limit: 1,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  );
  return Items[0];
}
