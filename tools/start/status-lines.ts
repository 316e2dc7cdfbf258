import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { reasonOf } from '../../core/contract/reasons.ts';
import { displayName } from '../../core/uploads/file-name.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { Hosted } from '../cloud/hosted.ts';

/** Several writes within this time are read once. */
const SETTLE_MS = 150;

/**
 * Prints one line for each change of an upload's status, and where to watch a video once it is ready. `changed()` is
 * called after each write to the table.
 */
export function statusLines(
  hosted: Hosted,
  say: (line: string) => void,
  watchUrl?: (uploadId: string) => string,
) {
  const table = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      endpoint: hosted.endpoints.services,
      credentials: hosted.operator,
    }),
  );
  /** Entries of the timeline that were printed, by upload. */
  const printed = new Map<string, number>();
  let pending: NodeJS.Timeout | undefined;
  let since = new Date().toISOString();
  let closed = false;

  const printChanges = async () => {
    const pages = paginateScan(
      { client: table },
      {
        TableName: hosted.table,
        FilterExpression: 'updatedAt >= :since',
        ExpressionAttributeValues: { ':since': since },
      },
    );
    for await (const page of pages) {
      for (const item of (page.Items ?? []) as UploadItem[]) {
        if (item.updatedAt > since) since = item.updatedAt;
        const lines = newLines(item, printed.get(item.uploadId) ?? 0);
        for (const line of lines) say(line);
        if (watchUrl && item.status === 'ready' && lines.length > 0) {
          say(`              watch it at ${watchUrl(item.uploadId)}`);
        }
        printed.set(item.uploadId, item.timeline.length);
      }
    }
  };

  return {
    changed() {
      pending ??= setTimeout(() => {
        pending = undefined;
        printChanges().catch((error: unknown) => {
          if (!closed) say(`The uploads’ status cannot be read: ${String(error)}`);
        });
      }, SETTLE_MS);
    },
    close() {
      closed = true;
      clearTimeout(pending);
      table.destroy();
    },
  };
}

/** A line for each entry of the timeline after the first `printed`. */
export function newLines(item: UploadItem, printed: number): string[] {
  return item.timeline.slice(printed).map((entry) => {
    const reason = entry.to === item.status ? item.reason : undefined;
    const why = reason ? `: ${reasonOf(reason.code).sentence}` : '';
    const detail = reason?.detail ? ` (${reason.detail})` : '';
    return `${entry.at.slice(11, 23)}  ${entry.to.padEnd(11)} ${item.uploadId}  ${displayName(item.fileName ?? '-')}${why}${detail}`;
  });
}
