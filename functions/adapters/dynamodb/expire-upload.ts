import type { GivenReason } from '../../../core/contract/reasons.ts';
import { ERASED_AT_END } from '../../../core/uploads/erasure.ts';
import {
  statusShard,
  type TimelineEntry,
  type UploadItem,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import { quotaUpdate } from './quota-update.ts';
import { removal } from './removal.ts';
import type { Table } from './table.ts';
import { transact } from './transaction.ts';

/** Writes `expired`, numbers its announcement, erases the record and returns the bytes, in one transaction. */
export function expireUploadItem(
  table: Table,
  { uploadId, shard, owner, size, s3UploadId }: UploadItem,
  entry: TimelineEntry,
  reason: GivenReason<'upload_expired'>,
  expiresAt: number,
): Promise<boolean> {
  // A late creation may have begun the multipart upload since `item` was read.
  const sameMultipart =
    s3UploadId === undefined ? 'attribute_not_exists(s3UploadId)' : 's3UploadId = :s3UploadId';
  return transact(table, [
    {
      Update: {
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: `SET #status = :expired, statusShard = :statusShard, updatedAt = :at, quota = :returned, #reason = :reason, expiresAt = :expiresAt, #timeline = list_append(#timeline, :entry) ADD #sequence :one${removal(ERASED_AT_END)}`,
        ConditionExpression: `#status = :waiting AND quota = :reserved AND ${sameMultipart}`,
        ExpressionAttributeNames: {
          '#status': 'status',
          '#reason': 'reason',
          '#timeline': 'timeline',
          '#sequence': 'sequence',
          ...Object.fromEntries(ERASED_AT_END.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ':expired': 'expired',
          ':statusShard': statusShard('expired', shard),
          ':at': entry.at,
          ':returned': 'returned',
          ':reserved': 'reserved',
          ':waiting': 'waiting',
          ':reason': reason,
          ':entry': [entry],
          ':one': 1,
          ':expiresAt': expiresAt,
          ...(s3UploadId !== undefined && { ':s3UploadId': s3UploadId }),
        },
      },
    },
    { Update: quotaUpdate(table, owner, { from: 'reserved', to: 'returned', bytes: size }) },
  ]);
}
