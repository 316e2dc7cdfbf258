import { type QuotaState, type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import { quotaUpdate } from './quota-update.ts';
import type { Table } from './table.ts';
import { transact } from './transaction.ts';

/** Moves an upload's quota to `returned` and subtracts its bytes from the owner's, in one transaction. */
export function returnQuota(
  table: Table,
  { uploadId, owner, size }: UploadItem,
  from: Exclude<QuotaState, 'returned'>,
): Promise<boolean> {
  return transact(table, [
    {
      Update: {
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'SET quota = :returned',
        ConditionExpression: 'quota = :quota',
        ExpressionAttributeValues: { ':returned': 'returned', ':quota': from },
      },
    },
    { Update: quotaUpdate(table, owner, { from, to: 'returned', bytes: size }) },
  ]);
}
