import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isAnnounced } from '../../../core/uploads/announcement.ts';
import { ERASED_AT_END } from '../../../core/uploads/erasure.ts';
import { parseUploadItem } from '../../../core/uploads/parse-records.ts';
import { statusShard, type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import type { StatusChange } from '../../ports/uploads.ts';
import { ifConditionHolds } from './conditions.ts';
import { removal } from './removal.ts';
import type { Table } from './table.ts';

/**
 * Changes an upload's status, appends to its timeline and numbers its announcement, in one conditional write. No status
 * that is written here is one in which an execution waits for a slot.
 */
export async function changeStatus(
  table: Table,
  upload: Pick<UploadItem, 'uploadId' | 'shard'>,
  change: StatusChange,
): Promise<UploadItem | undefined> {
  const { from, entry, reason, playback, jobId, execution, expiresAt } = change;
  const { partition = entry.to } = change;
  const set = {
    ':status': entry.to,
    ':statusShard': statusShard(partition, upload.shard),
    ':updatedAt': entry.at,
    ...(reason && { ':reason': reason }),
    ...(playback && { ':playback': playback }),
    ...(jobId && { ':jobId': jobId }),
    ...(expiresAt !== undefined && { ':expiresAt': expiresAt }),
  };
  const removed = expiresAt === undefined ? ['slotToken'] : ERASED_AT_END;
  const announced = isAnnounced(entry.to);
  const names = Object.keys(set).map((value) => value.slice(1));
  const allowed = from.map((_, index) => `:from${index}`);
  const conditions = [
    `#status IN (${allowed.join(', ')})`,
    ...(execution === undefined ? [] : ['#execution = :execution']),
  ];
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(upload.uploadId),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}, #timeline = list_append(#timeline, :entry)${announced ? ' ADD #sequence :one' : ''}${removal(removed)}`,
        ConditionExpression: conditions.join(' AND '),
        ExpressionAttributeNames: {
          '#timeline': 'timeline',
          ...(announced && { '#sequence': 'sequence' }),
          ...(execution !== undefined && { '#execution': 'execution' }),
          ...Object.fromEntries([...names, ...removed].map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ...set,
          ':entry': [entry],
          ...(announced && { ':one': 1 }),
          ...Object.fromEntries(from.map((status, index) => [`:from${index}`, status])),
          ...(execution !== undefined && { ':execution': execution }),
        },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return written && parseUploadItem(written.Attributes);
}
