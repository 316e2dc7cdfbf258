import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { uploadsApi } from '@reelgate/client';
import {
  type Cloud,
  type CloudOptions,
  type InterceptCall,
  MovableClock,
  type ServiceCall,
  startCloud,
} from '@reelgate/local-cloud';
import { expandGrant } from '../../core/contract/expand-grant.ts';
import type { PartUrl } from '../../core/contract/grant.ts';
import { isTerminal, type Status } from '../../core/contract/lifecycle.ts';
import type { Upload } from '../../core/contract/upload.ts';
import { type UploadItem, uploadItemKey } from '../../core/uploads/records.ts';
import { testIndexLag } from '../../test/kit/index-lag.ts';
import { MAX_WAIT_MS } from '../../test/kit/limits.ts';
import { accessToken } from '../cloud/access-token.ts';
import { ACCOUNTS } from '../cloud/accounts.ts';
import { ROOT } from '../cloud/folders.ts';
import { type Hosted, hostedFrom } from '../cloud/hosted.ts';

/** Instead of the call that it was set for; `next` makes that call. */
type Meanwhile = (next: Parameters<InterceptCall>[1]) => ReturnType<InterceptCall>;

/** A hosted cloud, what an app's user does with it, and what its operator may do behind their back. */
export interface Fixture {
  readonly cloud: Cloud;
  readonly hosted: Hosted;
  readonly dataDir: string;
  readonly assemblyDir: string;
  /** The cloud's; functions have the machine's own. */
  readonly clock: MovableClock;
  readonly token: string;
  /** Of a moderator. */
  readonly moderator: string;
  readonly api: ReturnType<typeof uploadsApi>;
  /** The operator's. */
  readonly s3: S3Client;
  readonly states: SFNClient;
  readonly table: DynamoDBDocumentClient;
  /** Runs `meanwhile` in place of the next call that `matches`, once. */
  once(matches: (call: ServiceCall) => boolean, meanwhile: Meanwhile): void;
  close(): Promise<void>;
}

export async function openFixture(
  assemblyDir: string,
  dataDir: string,
  jobs?: CloudOptions['jobs'],
): Promise<Fixture> {
  const waiting = new Map<(call: ServiceCall) => boolean, Meanwhile>();
  const clock = new MovableClock();
  const cloud = await startCloud({
    assemblyDir,
    dataDir,
    clock,
    seeds: ACCOUNTS,
    indexLag: testIndexLag(),
    ...(jobs && { jobs }),
    intercept: (call, next) => {
      for (const [matches, meanwhile] of waiting) {
        if (!matches(call)) continue;
        waiting.delete(matches);
        return meanwhile(next);
      }
      return next();
    },
  });
  const hosted = hostedFrom(cloud.outputs, cloud.endpoints, cloud.operator);
  const settings = { region: 'us-east-1', credentials: cloud.operator };
  const services = { ...settings, endpoint: hosted.endpoints.services };
  const token = await accessToken(hosted, 'uploader-a');
  const moderator = await accessToken(hosted, 'moderator-a');
  const s3 = new S3Client({ ...settings, endpoint: hosted.endpoints.s3 });
  const states = new SFNClient(services);
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(services));
  return {
    cloud,
    hosted,
    dataDir,
    assemblyDir,
    clock,
    token,
    moderator,
    api: uploadsApi({ api: hosted.api, getToken: () => token, attempts: 1 }),
    s3,
    states,
    table,
    once: (matches, meanwhile) => void waiting.set(matches, meanwhile),
    async close() {
      for (const client of [s3, states, table]) client.destroy();
      await cloud.close();
    },
  };
}

/** A video of one second without sound, the quickest to process. */
export const film = readFileSync(join(ROOT, 'test/fixtures/media/sample_video_only.mp4'));

export interface Begun {
  readonly upload: Upload;
  readonly parts: readonly PartUrl[];
  readonly idempotencyKey: string;
}

export async function begin(fixture: Fixture, body: Uint8Array = film): Promise<Begun> {
  const idempotencyKey = crypto.randomUUID();
  const { upload, grant } = await fixture.api.create(requestFor(body), idempotencyKey);
  const parts = expandGrant(grant, { size: body.length, partSize: upload.parts.size });
  return { upload, parts, idempotencyKey };
}

export function requestFor(body: Uint8Array) {
  return { fileName: 'film.mp4', contentType: 'video/mp4', size: body.length };
}

export interface SentPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** Sends every part. Throws Error with S3's response if it rejects one. */
export async function send(parts: readonly PartUrl[], body: Uint8Array = film) {
  const sent: SentPart[] = [];
  for (const { url, partNumber, offset, size } of parts) {
    const bytes = Buffer.from(body.subarray(offset, offset + size));
    const response = await fetch(url, { method: 'PUT', body: bytes });
    const text = await response.text();
    if (!response.ok) throw new Error(`Part ${partNumber}: ${response.status} ${text}`);
    sent.push({ partNumber, etag: response.headers.get('etag') ?? '' });
  }
  return sent;
}

/** Uploads a file and completes it; the workflow processes it. */
export async function uploadFilm(fixture: Fixture, body: Uint8Array = film): Promise<Upload> {
  const { upload, parts } = await begin(fixture, body);
  return (await fixture.api.complete(upload.id, { parts: await send(parts, body) })).upload;
}

export async function itemOf(fixture: Fixture, id: string): Promise<UploadItem> {
  const { Item } = await fixture.table.send(
    new GetCommand({
      TableName: fixture.hosted.table,
      Key: uploadItemKey(id),
      ConsistentRead: true,
    }),
  );
  if (Item) return Item as UploadItem;
  throw new Error(`The table has no upload ${id}.`);
}

/** Makes an upload look as if its creation had stopped before it recorded the multipart upload. */
export async function forgetMultipart(fixture: Fixture, id: string): Promise<void> {
  await fixture.table.send(
    new UpdateCommand({
      TableName: fixture.hosted.table,
      Key: uploadItemKey(id),
      UpdateExpression: 'REMOVE s3UploadId',
    }),
  );
}

/** Calls `look` until it returns something. Throws Error with `what` after MAX_WAIT_MS. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const until = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`Waited ${MAX_WAIT_MS / 1_000} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until an upload has a final status; throws if it is not `wanted`. */
export async function endOf(fixture: Fixture, id: string, wanted: Status): Promise<UploadItem> {
  const ended = await eventually(`the end of upload ${id}`, async () => {
    const item = await itemOf(fixture, id);
    return isTerminal(item.status) ? item : undefined;
  });
  if (ended.status === wanted) return ended;
  throw new Error(
    `Upload ${id} ended as ${ended.status} (${JSON.stringify(ended.reason)}); expected ${wanted}.`,
  );
}
