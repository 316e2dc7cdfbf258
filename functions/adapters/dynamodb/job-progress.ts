import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { JobProgress } from '../../../core/transcoding/job-event.ts';
import { uploadItemKey } from '../../../core/uploads/records.ts';
import type { Table } from './table.ts';

/**
 * Writes how far the job of an upload is. Only while it is transcoding, and only forward: events come more
 * than once and in any order. The first job that is heard of is the upload's; MediaConvert could be asked for
 * a second one where the answer to the first was lost for over a minute.
 *
 * @param at ISO 8601
 * @returns false where nothing was to be written
 */
export async function recordJobProgress(
  table: Table,
  { uploadId, jobId, percent }: JobProgress,
  at: string,
): Promise<boolean> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'SET jobId = :jobId, transcodePercent = :percent, updatedAt = :at',
        ConditionExpression:
          '#status = :transcoding AND (attribute_not_exists(jobId) OR (jobId = :jobId AND transcodePercent < :percent))',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':jobId': jobId,
          ':percent': percent,
          ':at': at,
          ':transcoding': 'transcoding',
        },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
