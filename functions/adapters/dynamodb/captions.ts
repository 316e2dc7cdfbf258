import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { parseUploadItem } from '../../../core/uploads/parse-records.ts';
import { type Captions, type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import { ifConditionHolds } from './conditions.ts';
import type { Table } from './table.ts';

/** Raises the counter in one write, so that no two changes have the same number. */
export async function nextCaptionRevision(
  table: Table,
  uploadId: string,
): Promise<number | undefined> {
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'ADD captionRevision :one',
        ConditionExpression: '#status = :ready',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':one': 1, ':ready': 'ready' },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return written && parseUploadItem(written.Attributes).captionRevision;
}

/** Writes the captions unless they have changed since they were read. */
export async function setCaptions(
  table: Table,
  uploadId: string,
  captions: Captions,
  before: number | undefined,
): Promise<UploadItem | undefined> {
  const same =
    before === undefined ? 'attribute_not_exists(captions)' : 'captions.revision = :before';
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'SET captions = :captions',
        ConditionExpression: `#status = :ready AND ${same}`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':captions': captions,
          ':ready': 'ready',
          ...(before !== undefined && { ':before': before }),
        },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return written && parseUploadItem(written.Attributes);
}
