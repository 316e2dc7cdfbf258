import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type UploadItem, uploadItemKey } from '../../core/uploads/records.ts';
import type { Hosted } from '../cloud/hosted.ts';

/** ARN of the execution that claimed an upload; undefined if none did. */
export async function recordedExecution(
  hosted: Hosted,
  uploadId: string,
): Promise<string | undefined> {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      endpoint: hosted.endpoints.services,
      credentials: hosted.operator,
    }),
  );
  const { Item } = await client.send(
    new GetCommand({ TableName: hosted.table, Key: uploadItemKey(uploadId) }),
  );
  client.destroy();
  return (Item as UploadItem | undefined)?.execution;
}
