import type { UploadItem } from '../../core/uploads/records.ts';
import { statusShard, uploadItemKey } from '../../core/uploads/records.ts';
import { quotaUpdate } from '../adapters/dynamodb/quota-update.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import { ConditionFailed, transact } from '../adapters/dynamodb/transaction.ts';
import { abortMultipartUpload } from '../adapters/s3/multipart.ts';

/**
 * Ends an upload that was not finished in time. Its parts go first and its bytes come back in the one write
 * that ends it: whatever breaks off in between, the same call again finishes.
 *
 * @param at ISO 8601
 * @returns false where the upload changed under our hands; nothing is written then
 */
export async function expireUpload(
  table: Table,
  bucket: string,
  item: UploadItem,
  at: string,
): Promise<boolean> {
  const { s3UploadId } = item;
  if (s3UploadId !== undefined) await abortMultipartUpload(bucket, item.objectKey, s3UploadId);
  const code = 'upload_expired';
  try {
    await transact(table, [
      {
        Update: {
          TableName: table.name,
          Key: uploadItemKey(item.uploadId),
          UpdateExpression:
            'SET #status = :expired, statusShard = :statusShard, updatedAt = :at, quota = :returned, #reason = :reason, #timeline = list_append(#timeline, :entry)',
          // A creation that was late may have begun the upload in S3 just now.
          ConditionExpression: `#status = :waiting AND quota = :reserved AND ${
            s3UploadId === undefined
              ? 'attribute_not_exists(s3UploadId)'
              : 's3UploadId = :s3UploadId'
          }`,
          ExpressionAttributeNames: {
            '#status': 'status',
            '#reason': 'reason',
            '#timeline': 'timeline',
          },
          ExpressionAttributeValues: {
            ':expired': 'expired',
            ':statusShard': statusShard('expired', item.shard),
            ':at': at,
            ':returned': 'returned',
            ':reserved': 'reserved',
            ':waiting': 'waiting',
            ':reason': { code },
            ':entry': [{ at, to: 'expired', by: 'reconciler', why: code }],
            ...(s3UploadId !== undefined && { ':s3UploadId': s3UploadId }),
          },
        },
      },
      {
        Update: quotaUpdate(table, item.owner, {
          from: 'reserved',
          to: 'returned',
          bytes: item.size,
        }),
      },
    ]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
