import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { minuteExpiresAt, minuteOf } from '../../../core/quota/request-rate.ts';
import { requestsItemKey } from '../../../core/uploads/records.ts';
import { ifConditionHolds } from './conditions.ts';
import type { Table } from './table.ts';

export async function addRequests(
  table: Table,
  caller: string,
  count: number,
  limit: number,
  now: number,
): Promise<boolean> {
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: requestsItemKey(caller, minuteOf(now)),
        UpdateExpression: 'ADD requests :count SET expiresAt = :expiresAt',
        ConditionExpression: 'attribute_not_exists(requests) OR requests <= :limit',
        ExpressionAttributeValues: {
          ':count': count,
          ':limit': limit - count,
          ':expiresAt': minuteExpiresAt(now),
        },
      }),
    ),
  );
  return written !== undefined;
}
