import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { UploadItem } from '../../../core/uploads/records.ts';
import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';
import { callCounts, callsSince, total } from '../cloud/calls.ts';
import { begin, complete, sendAll } from '../cloud/uploads.ts';
import { inParallel } from '../s3/parallel.ts';
import { Executions } from '../workflow/executions.ts';

/** A burst on the local cloud. */
export interface CloudBurst {
  readonly uploads: number;
  readonly ready: number;
  /** Uploads that have waited for a slot. */
  readonly waited: number;
  /** Uploads that started before one that began to wait a while earlier. */
  readonly outOfOrder: number;
  /** AWS calls of functions and workflow per upload. */
  readonly callsPerUpload: number;
}

const PREPARING_AT_ONCE = 8;

/** Completes `count` uploads of one owner at the same moment and waits for their end. */
export async function cloudBurst(
  cloud: HostedCloud,
  video: Uint8Array<ArrayBuffer>,
  count: number,
  say: (line: string) => void,
): Promise<CloudBurst> {
  const { hosted } = cloud;
  const caller = { api: hosted.api, token: await cloud.tokenOf('uploader-a') };
  const executions = new Executions(hosted);
  try {
    const before = callCounts(cloud);
    const earlier = (await executions.all()).length;
    const numbers = Array.from({ length: count }, (_, index) => index);
    say(`${count} at once on the local cloud: sending`);
    const sent = await inParallel(numbers, PREPARING_AT_ONCE, async () => {
      const begun = await begin(caller, video.length);
      return { id: begun.id, parts: await sendAll(video, begun) };
    });
    await Promise.all(sent.map(({ id, parts }) => complete(caller, id, parts)));
    say(`${count} at once on the local cloud: waiting for the last`);
    await executions.settled(earlier + count);
    const callsPerUpload = total(callsSince(before, callCounts(cloud))) / count;
    const ids = new Set(sent.map(({ id }) => id));
    const items = (await itemsOf(cloud)).filter(({ uploadId }) => ids.has(uploadId));
    const waited = items.filter(({ slotAt }) => slotAt !== undefined);
    return {
      uploads: count,
      ready: items.filter(({ status }) => status === 'ready').length,
      waited: waited.length,
      outOfOrder: waited.filter((late) => waited.some((early) => hasPassed(late, early))).length,
      callsPerUpload,
    };
  } finally {
    executions.close();
  }
}

/** A transaction that is repeated after conflicts is written this much later than its time. */
const CONTENTION_MS = 3_000;

/** `late` has started before `early`, which had waited for a while when `late` began to wait. */
function hasPassed(late: UploadItem, early: UploadItem): boolean {
  const isLater = askedAt(late) - askedAt(early) > CONTENTION_MS;
  return isLater && (late.slotAt ?? '') < (early.slotAt ?? '');
}

/** The change to `transcoding` has the time at which an upload asked for a slot. */
function askedAt({ timeline }: UploadItem): number {
  return Date.parse(timeline.find(({ to }) => to === 'transcoding')?.at ?? '');
}

async function itemsOf({ hosted }: HostedCloud): Promise<UploadItem[]> {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      endpoint: hosted.endpoints.services,
      credentials: hosted.operator,
    }),
  );
  const items: UploadItem[] = [];
  const query = { TableName: hosted.table, ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client }, query)) {
    items.push(...(Items.filter(({ sk }) => sk === 'UPLOAD') as UploadItem[]));
  }
  client.destroy();
  return items;
}
