import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketCorsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { planParts } from '../../../core/grants/part-plan.ts';
import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';
import type { BenchRun } from '../bench.ts';
import { statusOf } from '../cloud/uploads.ts';
import type { SendOrder } from './order.ts';

const PEERS_BUCKET = 'bench-peers';
const KEY = 'video';
const MIB = 1024 ** 2;

/** A file, and what a candidate needs to send it. */
export interface SendJob {
  readonly path: string;
  readonly order: SendOrder;
}

/** The target of all uploads. */
export interface UploadSite {
  readonly cloud: HostedCloud;
  /** Makes a file of `size` bytes. */
  prepare(size: number): Promise<SendJob>;
  /** Waits until the processing of an upload has ended, and removes it. */
  cleanUp(uploadId: string | undefined): Promise<void>;
  close(): Promise<void>;
}

/** The local cloud in a process of its own, and a bucket for lib-storage. */
export async function openSite({ folder, openCloud }: BenchRun): Promise<UploadSite> {
  const cloud = await openCloud();
  const { hosted } = cloud;
  const credentials = {
    accessKeyId: hosted.operator.accessKeyId,
    secretAccessKey: hosted.operator.secretAccessKey,
  };
  const s3 = { endpoint: hosted.endpoints.s3, region: 'us-east-1', credentials };
  const client = new S3Client({ ...s3, credentials: { ...credentials }, forcePathStyle: true });
  await makePeersBucket(client);
  const token = await cloud.tokenOf('uploader-a');
  return {
    cloud,
    async prepare(size) {
      const path = join(folder, `video-${size}.mp4`);
      await fillFile(path, size);
      const { partSize } = planParts(size);
      const order = {
        api: hosted.api,
        token,
        companion: await companionAddress(hosted.api, token),
        partSize,
        s3: { ...s3, bucket: PEERS_BUCKET, key: KEY },
      };
      return { path, order };
    },
    async cleanUp(uploadId) {
      if (uploadId === undefined) {
        await client.send(new DeleteObjectCommand({ Bucket: PEERS_BUCKET, Key: KEY }));
      } else {
        await untilEnded({ api: hosted.api, token }, uploadId);
      }
    },
    async close() {
      client.destroy();
      await cloud.close();
    },
  };
}

/** An app requests it once an hour, so it is not part of the measurement. */
async function companionAddress(api: string, token: string): Promise<string> {
  const response = await fetch(new URL('/v1/companion-sessions', api), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok)
    throw new Error(`POST /v1/companion-sessions returned ${response.status}; expected 201.`);
  const { path } = (await response.json()) as { path: string };
  return new URL(path, api).href;
}

/** The file is not a video: the pipeline inspects, rejects and deletes it, which is not measured. */
async function untilEnded(caller: { api: string; token: string }, id: string): Promise<void> {
  for (;;) {
    const status = await statusOf(caller, id);
    if (['rejected', 'failed', 'ready'].includes(status)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function makePeersBucket(client: S3Client): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: PEERS_BUCKET })).catch(ignoreExisting);
  await client.send(
    new PutBucketCorsCommand({
      Bucket: PEERS_BUCKET,
      CORSConfiguration: {
        CORSRules: [
          {
            AllowedOrigins: ['*'],
            AllowedMethods: ['PUT', 'POST', 'DELETE', 'GET', 'HEAD'],
            AllowedHeaders: ['*'],
            ExposeHeaders: ['ETag', 'x-amz-checksum-crc32'],
            MaxAgeSeconds: 3_600,
          },
        ],
      },
    }),
  );
}

/** Another bench may have created the bucket on the same cloud. */
function ignoreExisting(error: unknown): void {
  if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
}

/** Fills a file with bytes in which every MiB differs, the same each time. */
async function fillFile(path: string, size: number): Promise<void> {
  const block = Buffer.alloc(MIB);
  const pattern = createHash('sha512').update('bench').digest();
  for (let at = 0; at < MIB; at += pattern.length) pattern.copy(block, at);
  const file = await open(path, 'w');
  for (let written = 0; written < size; written += MIB) {
    block.writeUInt32LE(written / MIB, 0);
    await file.write(block, 0, Math.min(MIB, size - written));
  }
  await file.close();
}
