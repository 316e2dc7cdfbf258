import { paginateListJobs } from '@aws-sdk/client-mediaconvert';
import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  paginateListExecutions,
} from '@aws-sdk/client-sfn';
import { GetCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { outputPrefix } from '../../../core/uploads/object-keys.ts';
import {
  BY_OWNER,
  type QuotaItem,
  quotaItemKey,
  type UploadItem,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import type { FaultCloud } from './fault-cloud.ts';

export interface SeenExecution {
  readonly arn: string;
  readonly status: ExecutionStatus;
  /** In the order of entry. */
  readonly states: readonly string[];
}

export async function itemOf({ cloud, table }: FaultCloud, id: string): Promise<UploadItem> {
  const key = { TableName: cloud.hosted.table, Key: uploadItemKey(id), ConsistentRead: true };
  const { Item } = await table.send(new GetCommand(key));
  if (Item) return Item as UploadItem;
  throw new Error(`The table has no upload ${id}.`);
}

/** Ids of the MediaConvert jobs of the upload, in any status. */
export async function jobsOf({ transcoder: client }: FaultCloud, id: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { Jobs = [] } of paginateListJobs({ client }, { MaxResults: 20 })) {
    for (const { Id = '', UserMetadata } of Jobs) if (UserMetadata?.uploadId === id) found.push(Id);
  }
  return found;
}

/** Every execution since `since` whose input names the upload, with the states that it entered. */
export async function executionsOf(
  { cloud, states: client }: FaultCloud,
  id: string,
  since: number,
): Promise<SeenExecution[]> {
  const found: SeenExecution[] = [];
  const query = { stateMachineArn: cloud.hosted.stateMachine, maxResults: 50 };
  for await (const { executions = [] } of paginateListExecutions({ client }, query)) {
    // Newest first; executions that started before the upload are not related.
    const fresh = executions.filter(({ startDate }) => Number(startDate) >= since - 5_000);
    for (const { executionArn: arn = '' } of fresh) {
      const described = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
      if (!described.input?.includes(id)) continue;
      found.push({
        arn,
        status: described.status ?? 'RUNNING',
        states: await statesOf(client, arn),
      });
    }
    if (fresh.length < executions.length) break;
  }
  return found;
}

async function statesOf(client: FaultCloud['states'], executionArn: string): Promise<string[]> {
  const query = { executionArn, maxResults: 1_000 };
  const { events = [] } = await client.send(new GetExecutionHistoryCommand(query));
  return events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
}

export interface Stored {
  /** Versions and delete markers of the source, without a tombstone. */
  readonly sources: number;
  readonly outputs: readonly string[];
  /** Open multipart uploads of the source. */
  readonly open: number;
}

export async function storedOf({ cloud, s3 }: FaultCloud, item: UploadItem): Promise<Stored> {
  const { sourceBucket, outputBucket } = cloud.hosted;
  const source = { Bucket: sourceBucket, Prefix: item.objectKey };
  const [versions, open, outputs] = await Promise.all([
    s3.send(new ListObjectVersionsCommand(source)),
    s3.send(new ListMultipartUploadsCommand(source)),
    s3.send(
      new ListObjectsV2Command({ Bucket: outputBucket, Prefix: outputPrefix(item.uploadId) }),
    ),
  ]);
  const { Versions = [], DeleteMarkers = [] } = versions;
  return {
    sources: Versions.filter(({ Size }) => Size !== 0).length + DeleteMarkers.length,
    outputs: (outputs.Contents ?? []).map(({ Key = '' }) => Key),
    open: open.Uploads?.length ?? 0,
  };
}

/** The owner's quota item, and its expected value: the sum over the owner's uploads. */
export async function quotaOf(
  { cloud, table }: FaultCloud,
  owner: string,
): Promise<{ readonly booked: Booked; readonly due: Booked }> {
  const { table: TableName } = cloud.hosted;
  const { Item } = await table.send(
    new GetCommand({ TableName, Key: quotaItemKey(owner), ConsistentRead: true }),
  );
  // A consistent scan, because the index of the owner may lag.
  const scan = {
    TableName,
    ConsistentRead: true,
    FilterExpression: '#owner = :owner AND attribute_exists(uploadId)',
    ExpressionAttributeNames: { '#owner': BY_OWNER.partitionKey },
    ExpressionAttributeValues: { ':owner': owner },
  };
  const all: UploadItem[] = [];
  for await (const { Items = [] } of paginateScan({ client: table }, scan)) {
    all.push(...(Items as UploadItem[]));
  }
  const held = (quota: UploadItem['quota']) => all.filter((item) => item.quota === quota);
  const bytes = (items: readonly UploadItem[]) => items.reduce((sum, { size }) => sum + size, 0);
  const [reserved, used] = [held('reserved'), held('used')];
  const item = (Item ?? {}) as Partial<QuotaItem>;
  return {
    booked: {
      totalBytes: item.totalBytes ?? 0,
      reservedBytes: item.reservedBytes ?? 0,
      usedBytes: item.usedBytes ?? 0,
      activeUploads: item.activeUploads ?? 0,
    },
    due: {
      totalBytes: bytes(reserved) + bytes(used),
      reservedBytes: bytes(reserved),
      usedBytes: bytes(used),
      activeUploads: reserved.length,
    },
  };
}

export type Booked = Omit<QuotaItem, 'pk' | 'sk'>;
