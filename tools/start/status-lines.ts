import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { reasonOf } from '../../core/contract/reasons.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { Hosted } from '../cloud/hosted.ts';

const SETTLE_MS = 150;

/** Says every change of an upload's status in one line. `changed()` is called after each write to the table. */
export function statusLines(hosted: Hosted, say: (line: string) => void) {
  const table = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      endpoint: hosted.endpoints.services,
      credentials: hosted.operator,
    }),
  );
  const told = new Map<string, number>();
  let pending: NodeJS.Timeout | undefined;
  let since = new Date().toISOString();

  const look = async () => {
    const from = since;
    const pages = paginateScan(
      { client: table },
      {
        TableName: hosted.table,
        FilterExpression: 'updatedAt >= :since',
        ExpressionAttributeValues: { ':since': from },
      },
    );
    for await (const page of pages) {
      for (const item of (page.Items ?? []) as UploadItem[]) {
        if (item.updatedAt > since) since = item.updatedAt;
        for (const line of newLines(item, told.get(item.uploadId) ?? 0)) say(line);
        told.set(item.uploadId, item.timeline.length);
      }
    }
  };

  return {
    changed() {
      pending ??= setTimeout(() => {
        pending = undefined;
        look().catch((error: unknown) => say(`(status not readable: ${String(error)})`));
      }, SETTLE_MS);
    },
    close() {
      clearTimeout(pending);
      table.destroy();
    },
  };
}

/** The lines of the timeline's entries from the `told`-th on. */
export function newLines(item: UploadItem, told: number): string[] {
  return item.timeline.slice(told).map((entry) => {
    const why =
      entry.to === item.status && item.reason ? `: ${reasonOf(item.reason.code).sentence}` : '';
    const detail = why && item.reason?.detail ? ` (${item.reason.detail})` : '';
    return `${entry.at.slice(11, 23)}  ${entry.to.padEnd(11)} ${item.uploadId}  ${item.fileName}${why}${detail}`;
  });
}
