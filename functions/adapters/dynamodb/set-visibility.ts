import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { parseUploadItem } from '../../../core/uploads/parse-records.ts';
import { type UploadItem, uploadItemKey } from '../../../core/uploads/records.ts';
import { ifConditionHolds } from './conditions.ts';
import type { Table } from './table.ts';

/** Nothing else changes, not even `updatedAt`, by which the reconciler knows how long an upload has not moved. */
export async function setVisibility(
  table: Table,
  uploadId: string,
  visibility: UploadItem['visibility'],
): Promise<UploadItem | undefined> {
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: uploadItemKey(uploadId),
        UpdateExpression: 'SET visibility = :visibility',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':visibility': visibility },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return written && parseUploadItem(written.Attributes);
}
