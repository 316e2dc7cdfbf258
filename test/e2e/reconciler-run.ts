import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import {
  type QuotaItem,
  shardOf,
  statusShard,
  type UploadItem,
  uploadItemKey,
} from '../../core/uploads/records.ts';
import type { Fixture } from '../../tools/permissions/fixture.ts';
import { MAX_INDEX_LAG_MS } from '../kit/index-lag.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export function lateBy(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

/**
 * Invokes the reconciler as its schedule does, for a given time, and returns its counters. As at a later time, the
 * index shows every earlier write.
 */
export async function reconcile(
  fixture: Fixture,
  time: string,
): Promise<Readonly<Record<string, number>>> {
  fixture.clock.advance(MAX_INDEX_LAG_MS);
  const found = fixture.cloud.resources.find(
    ({ type, logicalId }) =>
      type === 'AWS::Lambda::Function' && logicalId.startsWith('ReconcilerReconcileUploads'),
  );
  const lambda = new LambdaClient({
    region: 'us-east-1',
    endpoint: fixture.hosted.endpoints.services,
    credentials: fixture.cloud.operator,
  });
  try {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: found?.physicalId ?? '',
        Payload: JSON.stringify({ source: 'aws.events', time }),
      }),
    );
    const response = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError) throw new Error(`The reconciler has failed: ${response}`);
    return (JSON.parse(response) as { counters: Record<string, number> }).counters;
  } finally {
    lambda.destroy();
  }
}

/** Changes attributes of a record to a state that only a failure produces; undefined removes an attribute. */
export async function rewrite(
  fixture: Fixture,
  id: string,
  changes: { readonly [Name in keyof UploadItem]?: UploadItem[Name] | undefined },
): Promise<void> {
  const all: Record<string, unknown> = {
    ...changes,
    ...(changes.status && { statusShard: statusShard(changes.status, shardOf(id)) }),
  };
  const names = Object.keys(all);
  const set = names.filter((name) => all[name] !== undefined);
  const removed = names.filter((name) => all[name] === undefined);
  const phrase = (verb: string, parts: readonly string[]) =>
    parts.length === 0 ? '' : `${verb} ${parts.join(', ')} `;
  await fixture.table.send(
    new UpdateCommand({
      TableName: fixture.hosted.table,
      Key: uploadItemKey(id),
      UpdateExpression:
        phrase(
          'SET',
          set.map((name) => `#${name} = :${name}`),
        ) +
        phrase(
          'REMOVE',
          removed.map((name) => `#${name}`),
        ),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(set.map((name) => [`:${name}`, all[name]])),
    }),
  );
}

/** Every item of the table as text, ordered by key. */
export async function tableOf(fixture: Fixture): Promise<string[]> {
  const { Items = [] } = await fixture.table.send(
    new ScanCommand({ TableName: fixture.hosted.table }),
  );
  return Items.map((item) => JSON.stringify(item, Object.keys(item).sort())).sort();
}

/** Reserved and used bytes of all owners. */
export async function quotaOf(fixture: Fixture): Promise<Omit<QuotaItem, 'pk' | 'sk'>> {
  const { Items = [] } = await fixture.table.send(
    new ScanCommand({
      TableName: fixture.hosted.table,
      FilterExpression: 'sk = :quota',
      ExpressionAttributeValues: { ':quota': 'QUOTA' },
    }),
  );
  const sum = (name: keyof QuotaItem) =>
    (Items as QuotaItem[]).reduce((total, item) => total + Number(item[name]), 0);
  return {
    totalBytes: sum('totalBytes'),
    reservedBytes: sum('reservedBytes'),
    usedBytes: sum('usedBytes'),
    activeUploads: sum('activeUploads'),
  };
}

/** Keys of all versions and delete markers below a prefix of the source bucket. */
export async function sourcesOf(fixture: Fixture, Prefix: string): Promise<(string | undefined)[]> {
  const { Versions = [], DeleteMarkers = [] } = await fixture.s3.send(
    new ListObjectVersionsCommand({ Bucket: fixture.hosted.sourceBucket, Prefix }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key }) => Key);
}

/** Keys of an upload's outputs. */
export async function outputsOf(fixture: Fixture, id: string): Promise<(string | undefined)[]> {
  const { Contents = [] } = await fixture.s3.send(
    new ListObjectsV2Command({ Bucket: fixture.hosted.outputBucket, Prefix: outputPrefix(id) }),
  );
  return Contents.map(({ Key }) => Key);
}
