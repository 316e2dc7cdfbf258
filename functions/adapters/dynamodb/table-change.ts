import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Status } from '../../../core/contract/lifecycle.ts';
import type { GivenReason } from '../../../core/contract/reasons.ts';
import type { Playback } from '../../../core/contract/upload.ts';
import {
  type StatusPartition,
  statusShard,
  type TimelineEntry,
  type UploadItem,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import { quotaUpdate } from './quota-update.ts';
import { getUpload, type Table } from './table.ts';
import { ConditionFailed, transact } from './transaction.ts';

export interface StatusChange {
  /** The statuses from which the change is allowed. */
  readonly from: readonly Status[];
  readonly entry: TimelineEntry;
  readonly reason?: GivenReason;
  readonly playback?: Playback;
  readonly jobId?: string;
  /** Where the upload then stands in the status index, if not in its status. */
  readonly partition?: StatusPartition;
  /** Only if this execution has claimed the upload. */
  readonly execution?: string;
}

/**
 * Changes an upload's status and appends to its timeline, in one conditional write.
 * @returns the upload as it is now, or undefined where the condition did not hold
 */
export async function changeStatus(
  table: Table,
  upload: Pick<UploadItem, 'uploadId' | 'shard'>,
  change: StatusChange,
): Promise<UploadItem | undefined> {
  const { from, entry, reason, playback, jobId, execution, partition = entry.to } = change;
  const set = {
    ':status': entry.to,
    ':statusShard': statusShard(partition, upload.shard),
    ':updatedAt': entry.at,
    ...(reason && { ':reason': reason }),
    ...(playback && { ':playback': playback }),
    ...(jobId && { ':jobId': jobId }),
  };
  const names = Object.keys(set).map((value) => value.slice(1));
  const allowed = from.map((_, index) => `:from${index}`);
  const conditions = [
    `#status IN (${allowed.join(', ')})`,
    ...(execution === undefined ? [] : ['#execution = :execution']),
  ];
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(upload.uploadId),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}, #timeline = list_append(#timeline, :entry)`,
        ConditionExpression: conditions.join(' AND '),
        ExpressionAttributeNames: {
          '#timeline': 'timeline',
          ...(execution !== undefined && { '#execution': 'execution' }),
          ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ...set,
          ':entry': [entry],
          ...Object.fromEntries(from.map((status, index) => [`:from${index}`, status])),
          ...(execution !== undefined && { ':execution': execution }),
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes as UploadItem;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** The workflow may book the bytes while a cancel gives them back: each state is tried once. */
const MAX_QUOTA_ATTEMPTS = 3;

/** Gives an upload's bytes back to its owner, exactly once however often it is called. */
export async function returnQuota(table: Table, upload: UploadItem): Promise<void> {
  let { quota } = upload;
  for (let attempt = 0; attempt < MAX_QUOTA_ATTEMPTS && quota !== 'returned'; attempt += 1) {
    try {
      await transact(table, [
        {
          Update: {
            TableName: table.name,
            Key: uploadItemKey(upload.uploadId),
            UpdateExpression: 'SET quota = :returned',
            ConditionExpression: 'quota = :quota',
            ExpressionAttributeValues: { ':returned': 'returned', ':quota': quota },
          },
        },
        {
          Update: quotaUpdate(table, upload.owner, {
            from: quota,
            to: 'returned',
            bytes: upload.size,
          }),
        },
      ]);
      return;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      quota = (await getUpload(table, upload.uploadId))?.quota ?? 'returned';
    }
  }
  if (quota !== 'returned') throw new ConditionFailed();
}
