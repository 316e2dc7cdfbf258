import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expandGrant } from '../../core/contract/expand-grant.ts';
import type { PartUrl } from '../../core/contract/grant.ts';
import { signGrant } from '../../core/grant.ts';
import { inParallel } from './parallel.ts';

export const CREDENTIALS = { accessKeyId: 'BENCH', secretAccessKey: 'bench-secret' } as const;
const REGION = 'us-east-1';
const BUCKET = 'bench';

export interface Cut {
  readonly size: number;
  readonly partSize: number;
}

export interface OpenUpload {
  readonly key: string;
  readonly id: string;
  /** Presigned PUTs, as `core/grant.ts` signs them. */
  readonly parts: readonly PartUrl[];
}

/** One bucket of a `local/s3`, as the SDK reaches it. */
export class Bucket {
  readonly #client: S3Client;
  readonly #endpoint: string;

  private constructor(endpoint: string) {
    this.#endpoint = endpoint;
    this.#client = new S3Client({ endpoint, region: REGION, credentials: { ...CREDENTIALS } });
  }

  static async make(endpoint: string): Promise<Bucket> {
    const bucket = new Bucket(endpoint);
    await bucket.#client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    return bucket;
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

  /** Milliseconds that CompleteMultipartUpload took. */
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

  /** Fills every part of an upload with the first bytes of an object, inside the server. */
  async fillFrom(source: string, { key, id, parts }: OpenUpload): Promise<CompletedPart[]> {
    return inParallel(parts, 4, async ({ partNumber, size }) => {
      const { CopyPartResult } = await this.#client.send(
        new UploadPartCopyCommand({
          Bucket: BUCKET,
          Key: key,
          UploadId: id,
          PartNumber: partNumber,
          CopySource: `${BUCKET}/${source}`,
          CopySourceRange: `bytes=0-${size - 1}`,
        }),
      );
      return { PartNumber: partNumber, ETag: CopyPartResult?.ETag };
    });
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
  }

  /** A presigned GET. */
  urlOf(key: string): Promise<string> {
    return getSignedUrl(this.#client, new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  }

  close(): void {
    this.#client.destroy();
  }
}
