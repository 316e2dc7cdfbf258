import { createReadStream } from 'node:fs';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import { statusOf } from './ranged-source.ts';
import { s3Uri } from './s3-uri.ts';

/** The content of an upload: bytes, or a range of a file (`end` exclusive). */
export type UploadBody =
  | { readonly bytes: Uint8Array }
  | { readonly path: string; readonly start: number; readonly end: number };

export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly contentEncoding?: 'gzip';
  readonly body: UploadBody;
}

/** Uploads outputs during the transcoding, a few at a time. */
export interface Uploader {
  /** Adds an upload and returns at once. */
  add(upload: Upload): void;
  /** Rejects as soon as one upload has failed. */
  check(): void;
  /** Resolves when all uploads are stored. Throws JobFailure 1401, 1404 or 1517. */
  finish(): Promise<void>;
  pending(): number;
}

const AT_ONCE = 4;
/** A larger range is streamed from its file instead of being read into memory. */
const MAX_BUFFERED = 16 * 1024 * 1024;

export function uploader(s3: S3Client): Uploader {
  const waiting: Upload[] = [];
  let running = 0;
  let failure: JobFailure | undefined;
  let idle: (() => void)[] = [];
  const next = () => {
    while (failure === undefined && running < AT_ONCE) {
      const upload = waiting.shift();
      if (upload === undefined) break;
      running += 1;
      void put(s3, upload)
        .catch((error: unknown) => {
          failure ??= writeFailure(upload, error);
        })
        .finally(() => {
          running -= 1;
          next();
        });
    }
    if (running > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  };
  const check = () => {
    if (failure !== undefined) throw failure;
  };
  return {
    add(upload) {
      waiting.push(upload);
      next();
    },
    check,
    async finish() {
      while (running > 0) await new Promise<void>((resolve) => idle.push(resolve));
      check();
    },
    pending: () => waiting.length + running,
  };
}

async function put(s3: S3Client, { bucket, key, contentType, contentEncoding, body }: Upload) {
  const length = 'bytes' in body ? body.bytes.byteLength : body.end - body.start;
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      ContentType: contentType,
      ContentLength: length,
      Body: 'bytes' in body ? body.bytes : await runOf(body),
      ...(contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding }),
    }),
  );
}

async function runOf({ path, start, end }: { path: string; start: number; end: number }) {
  const stream = createReadStream(path, { start, end: end - 1 });
  if (end - start > MAX_BUFFERED) return stream;
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function writeFailure(upload: Upload, error: unknown): JobFailure {
  const status = statusOf(error);
  const why =
    status === 403 ? 'Access Denied' : error instanceof Error ? error.message : String(error);
  const code =
    status === 403
      ? FAILURE_CODES.accessDenied
      : status === 404
        ? FAILURE_CODES.notFound
        : FAILURE_CODES.writeFailed;
  return new JobFailure(
    code,
    `Unable to write to output file [${s3Uri(upload)}]: [Failed to write data: ${why}]`,
  );
}
