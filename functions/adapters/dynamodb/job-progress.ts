import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { JobProgress } from '../../../core/transcoding/job-event.ts';
import { uploadItemKey } from '../../../core/uploads/records.ts';
import { ifConditionHolds } from './conditions.ts';
import type { Table } from './table.ts';

/**
 * Writes the progress of an upload's job: only while the upload is transcoding, and only forward, since events
 * arrive more than once and in any order, also those of the job of an earlier attempt. The first job that an event
 * names is the upload's: MediaConvert may have been asked for a second one after the response for the first was lost for
 * over a minute. The token of an execution that waited for a slot is not needed any more.
 *
 * @param at ISO 8601
 * @returns false where nothing was written
 */
export async function recordJobProgress(
  table: Table,
  { uploadId, jobId, attempt, percent }: JobProgress,
  at: string,
): Promise<boolean> {
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression:
          'SET jobId = :jobId, transcodePercent = :percent, updatedAt = :at REMOVE slotToken',
        ConditionExpression:
          '#status = :transcoding AND (attribute_not_exists(#attempt) OR #attempt = :attempt) AND (attribute_not_exists(jobId) OR (jobId = :jobId AND transcodePercent < :percent))',
        ExpressionAttributeNames: { '#status': 'status', '#attempt': 'attempt' },
        ExpressionAttributeValues: {
          ':jobId': jobId,
          ':percent': percent,
          ':attempt': attempt,
          ':at': at,
          ':transcoding': 'transcoding',
        },
      }),
    ),
  );
  return written !== undefined;
}
