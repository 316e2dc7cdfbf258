import { open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expandGrant } from '../../../core/contract/expand-grant.ts';
import type { PartUrl } from '../../../core/contract/grant.ts';
import { signGrant } from '../../../core/grants/part-grant.ts';
import { connections, put } from './plain-http.ts';

export const CREDENTIALS = { accessKeyId: 'BENCH', secretAccessKey: 'bench-secret' } as const;
export const REGION = 'us-east-1';
export const BUCKET = 'bench';

const FILE_PART_BYTES = 32 * 1024 ** 2;

export interface Cut {
  readonly size: number;
  readonly partSize: number;
}

export interface OpenUpload {
  readonly key: string;
  readonly id: string;
  /** Presigned PUTs by `core/grants/part-grant.ts`. */
  readonly parts: readonly PartUrl[];
}

/** One bucket of a local S3, through the SDK. */
export class Bucket {
  readonly #client: S3Client;
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
    this.#client = new S3Client({ endpoint, region: REGION, credentials: { ...CREDENTIALS } });
  }

  /** Creates the bucket, or another one called `name`. */
  async create(name = BUCKET): Promise<void> {
    await this.#client.send(new CreateBucketCommand({ Bucket: name }));
  }

  async begin(key: string, cut: Cut): Promise<OpenUpload> {
    const { UploadId: id = '' } = await this.#client.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: key }),
    );
    const plan = { ...cut, partCount: Math.ceil(cut.size / cut.partSize) };
    const grant = signGrant({
      bucketUrl: `${this.#endpoint}/${BUCKET}`,
      key,
      s3UploadId: id,
      plan,
      credentials: CREDENTIALS,
      region: REGION,
      now: Date.now(),
      lifetimeSeconds: 3_600,
    });
    return { key, id, parts: expandGrant(grant, plan) };
  }

  /** Uploads a file and returns the object's ETag. */
  async storeFile(key: string, path: string): Promise<string> {
    const agent = connections(1);
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const upload = await this.begin(key, { size, partSize: FILE_PART_BYTES });
      const parts: CompletedPart[] = [];
      for (const part of upload.parts) {
        const bytes = new Uint8Array(part.size);
        await file.read(bytes, 0, part.size, part.offset);
        parts.push({ PartNumber: part.partNumber, ETag: await put(agent, part.url, bytes) });
      }
      await this.complete(upload, parts);
      const head = await this.#client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: key }));
      return head.ETag ?? '';
    } finally {
      agent.destroy();
      await file.close();
    }
  }

  /** Returns the duration of CompleteMultipartUpload in ms. */
  async complete({ key, id }: OpenUpload, parts: readonly CompletedPart[]): Promise<number> {
    const began = performance.now();
    await this.#client.send(
      new CompleteMultipartUploadCommand({
        Bucket: BUCKET,
        Key: key,
        UploadId: id,
        MultipartUpload: { Parts: [...parts] },
      }),
    );
    return performance.now() - began;
  }

  async abort({ key, id }: OpenUpload): Promise<void> {
    await this.#client.send(
      new AbortMultipartUploadCommand({ Bucket: BUCKET, Key: key, UploadId: id }),
    );
  }

  /** A presigned GET. */
  urlOf(key: string): Promise<string> {
    return getSignedUrl(this.#client, new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  }

  close(): void {
    this.#client.destroy();
  }
}
