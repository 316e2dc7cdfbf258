import { randomBytes } from 'node:crypto';
import { appendFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { fileStore, type Progress, type UploadOptions } from '@reelgate/client';
import { quotaItemKey } from '../../core/uploads/records.ts';
import { temporaryFolder } from '../../tools/cloud/temporary-folder.ts';
import { type ClientNetwork, openClientNetwork } from './client-network.ts';
import { type HostedCloud, hostCloud } from './hosted-cloud.ts';
import { ownerOf } from './owner-of.ts';

export const MIB = 1024 * 1024;
/** The part size that `core/grants/part-plan.ts` chooses for files of this size. */
export const PART = 8 * MIB;

/** A hosted cloud, a proxy before it, and a folder for files and resume records. */
export interface ClientFixture {
  readonly cloud: HostedCloud;
  readonly network: ClientNetwork;
  readonly store: ReturnType<typeof fileStore>;
  readonly stateFolder: string;
  /** Options of an upload through this network; every progress event is added to `seen`. @default 'uploader-a' */
  options(
    more?: Partial<UploadOptions>,
    account?: string,
  ): Promise<UploadOptions & { seen: Progress[] }>;
  /** Writes a file of random bytes with yesterday's modification time, so that a later write changes the time. */
  file(size: number): Promise<string>;
  /** An account's quota: bytes reserved or used, and unfinished uploads. */
  quota(account: string): Promise<{ bytes: number; active: number }>;
  /** Keys of an account's open multipart uploads in S3. */
  openUploads(account: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openClientFixture(): Promise<ClientFixture> {
  const cloud = await hostCloud();
  const { hosted } = cloud;
  const network = await openClientNetwork(hosted.api, hosted.endpoints.s3);
  const temporary = temporaryFolder('client');
  const folder = temporary.path;
  const stateFolder = join(folder, 'state');
  const store = fileStore(stateFolder);
  const access = { region: 'us-east-1', credentials: hosted.operator };
  const s3 = new S3Client({ ...access, endpoint: hosted.endpoints.s3 });
  const database = new DynamoDBClient({ ...access, endpoint: hosted.endpoints.services });
  let files = 0;
  return {
    cloud,
    network,
    store,
    stateFolder,
    async options(more = {}, account = 'uploader-a') {
      const token = await cloud.tokenOf(account);
      const seen: Progress[] = [];
      const onProgress = (progress: Progress) => {
        seen.push(progress);
        more.onProgress?.(progress);
      };
      return { api: network.api, getToken: () => token, store, ...more, seen, onProgress };
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
    async quota(account) {
      const owner = ownerOf(await cloud.tokenOf(account));
      const { pk, sk } = quotaItemKey(owner);
      const { Item = {} } = await database.send(
        new GetItemCommand({
          TableName: hosted.table,
          Key: { pk: { S: pk }, sk: { S: sk } },
          ConsistentRead: true,
        }),
      );
      const number = (name: string) => Number(Item[name]?.N ?? 0);
      return { bytes: number('totalBytes'), active: number('activeUploads') };
    },
    async openUploads(account) {
      const owner = ownerOf(await cloud.tokenOf(account));
      const command = new ListMultipartUploadsCommand({
        Bucket: hosted.sourceBucket,
        Prefix: `uploads/${owner}/`,
      });
      return ((await s3.send(command)).Uploads ?? []).map(({ Key = '' }) => Key);
    },
    async close() {
      s3.destroy();
      database.destroy();
      await network.close();
      await cloud.close();
      temporary.remove();
    },
  };
}
