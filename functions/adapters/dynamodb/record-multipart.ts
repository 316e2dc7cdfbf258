import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { uploadItemKey } from '../../../core/uploads/records.ts';
import { ifConditionHolds } from './conditions.ts';
import type { Table } from './table.ts';

/** Writes S3's id of the multipart upload, unless the upload has one or no longer waits. */
export async function recordMultipartUpload(
  table: Table,
  uploadId: string,
  s3UploadId: string,
  at: string,
): Promise<boolean> {
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'SET s3UploadId = :s3UploadId, updatedAt = :at',
        ConditionExpression:
          'attribute_exists(pk) AND attribute_not_exists(s3UploadId) AND #status = :waiting',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':s3UploadId': s3UploadId, ':at': at, ':waiting': 'waiting' },
      }),
    ),
  );
  return written !== undefined;
}
