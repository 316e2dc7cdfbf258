import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { fileStore, type Progress, type UploadOptions } from '@reelgate/client';
import { type ClientRoad, openClientRoad } from './client-network.ts';
import { type HostedCloud, hostCloud } from './hosted-cloud.ts';

export const MIB = 1024 * 1024;
/** As `core/grants/part-plan.ts` cuts files of this size. */
export const PART = 8 * MIB;

/** A cloud, the road to it, and a folder for files and records. */
export interface ClientStage {
  readonly cloud: HostedCloud;
  readonly road: ClientRoad;
  readonly store: ReturnType<typeof fileStore>;
  readonly stateFolder: string;
  /** Options of an upload by this road, as `uploader-a`; progress goes into `seen`. */
  options(more?: Partial<UploadOptions>): Promise<UploadOptions & { seen: Progress[] }>;
  /** A new file of random bytes, old enough that writing to it shows. */
  file(size: number): Promise<string>;
  /** Bytes that the owners' quotas hold, and uploads that are unfinished. */
  quota(): Promise<{ bytes: number; active: number }>;
  /** Multipart uploads that S3 knows. */
  openUploads(): Promise<string[]>;
  close(): Promise<void>;
}

export async function clientStage(): Promise<ClientStage> {
  const cloud = await hostCloud();
  const { hosted } = cloud;
  const road = await openClientRoad(hosted.api, hosted.endpoints.s3);
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-client-'));
  const stateFolder = join(folder, 'state');
  const store = fileStore(stateFolder);
  const access = { region: 'us-east-1', credentials: hosted.operator };
  const s3 = new S3Client({ ...access, endpoint: hosted.endpoints.s3 });
  const database = new DynamoDBClient({ ...access, endpoint: hosted.endpoints.services });
  let files = 0;
  return {
    cloud,
    road,
    store,
    stateFolder,
    async options(more = {}) {
      const token = await cloud.tokenOf('uploader-a');
      const seen: Progress[] = [];
      const onProgress = (progress: Progress) => {
        seen.push(progress);
        more.onProgress?.(progress);
      };
      return { api: road.api, getToken: () => token, store, ...more, seen, onProgress };
    },
    async file(size) {
      const path = join(folder, `film-${++files}.mp4`);
      for (let left = size; left > 0; left -= PART) {
        await appendFile(path, randomBytes(Math.min(left, PART)));
      }
      const yesterday = new Date(Date.now() - 86_400_000);
      await utimes(path, yesterday, yesterday);
      return path;
    },
    async quota() {
      const { Items = [] } = await database.send(
        new ScanCommand({
          TableName: hosted.table,
          FilterExpression: 'sk = :quota',
          ExpressionAttributeValues: { ':quota': { S: 'QUOTA' } },
        }),
      );
      const sum = (name: string) =>
        Items.reduce((total, item) => total + Number(item[name]?.N ?? 0), 0);
      return { bytes: sum('totalBytes'), active: sum('activeUploads') };
    },
    async openUploads() {
      const command = new ListMultipartUploadsCommand({ Bucket: hosted.sourceBucket });
      return ((await s3.send(command)).Uploads ?? []).map(({ Key = '' }) => Key);
    },
    async close() {
      s3.destroy();
      database.destroy();
      await road.close();
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
