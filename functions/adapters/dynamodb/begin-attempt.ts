import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { parseUploadItem } from '../../../core/uploads/parse-records.ts';
import {
  statusShard,
  type TimelineEntry,
  type UploadIn,
  type UploadItem,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import type { NextAttempt } from '../../../core/uploads/retry.ts';
import { ifConditionHolds } from './conditions.ts';
import type { Table } from './table.ts';

/**
 * Writes the next attempt of a failed upload, only if it is still the failure of that attempt and execution. `resumeStep`
 * stays until the execution of the attempt has taken the upload over.
 */
export async function beginAttempt(
  table: Table,
  item: UploadIn<'failed'>,
  { attempt, step, jobId }: NextAttempt,
  entry: TimelineEntry,
): Promise<UploadItem | undefined> {
  // The next job reports its own progress.
  const ended = [
    '#reason',
    'failedStep',
    ...(jobId === undefined ? ['jobId', 'transcodePercent'] : []),
  ];
  // A record from before the first retry may not count its attempts.
  const same =
    item.attempt === 1
      ? '(attribute_not_exists(#attempt) OR #attempt = :before)'
      : '#attempt = :before';
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(item.uploadId),
        UpdateExpression: `SET #status = :status, statusShard = :statusShard, updatedAt = :at, #attempt = :attempt, resumeStep = :step, #timeline = list_append(#timeline, :entry) REMOVE ${ended.join(', ')}`,
        ConditionExpression: `#status = :failed AND #execution = :execution AND ${same}`,
        ExpressionAttributeNames: {
          '#status': 'status',
          '#execution': 'execution',
          '#attempt': 'attempt',
          '#timeline': 'timeline',
          '#reason': 'reason',
        },
        ExpressionAttributeValues: {
          ':status': entry.to,
          ':statusShard': statusShard(entry.to, item.shard),
          ':at': entry.at,
          ':attempt': attempt,
          ':before': item.attempt,
          ':step': step,
          ':failed': 'failed',
          ':execution': item.execution,
          ':entry': [entry],
        },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return written && parseUploadItem(written.Attributes);
}
