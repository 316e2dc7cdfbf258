import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { FAILURE_CODES, JobFailure } from './job-failure.ts';
import { parseS3Uri } from './s3-uri.ts';

/** A file with random access. Only a few blocks are in memory. */
export interface RangedSource {
  readonly uri: string;
  readonly size: number;
  /** Up to `length` bytes at `position`; fewer at the end of a block, none at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
}

/** The size of one ranged GET: large enough that latency does not matter, small enough for sparse reading. */
const BLOCK = 2 * 1024 * 1024;
/** The index and the media of a file are often far apart and read alternately. */
const BLOCKS_KEPT = 8;
/** The SDK retries a request, but not if the response body has started. */
const READ_ATTEMPTS = 4;

/**
 * Opens an S3 object. All reads use the ETag of the first response: if the object is replaced, the job fails
 * instead of mixing two files.
 */
export async function openRangedSource(s3: S3Client, uri: string): Promise<RangedSource> {
  const at = parseS3Uri(uri);
  if (at === undefined) throw unreadable(uri, 'it is no S3 address');
  const where = { Bucket: at.bucket, Key: at.key };
  const head = await s3.send(new HeadObjectCommand(where)).catch((error: unknown) => {
    throw readFailure(uri, error);
  });
  const size = head.ContentLength ?? 0;
  const blocks = new Map<number, Promise<Buffer>>();

  const fetchBlock = async (index: number, attempt = 1): Promise<Buffer> => {
    const first = index * BLOCK;
    const last = Math.min(size, first + BLOCK) - 1;
    try {
      const response = await s3.send(
        new GetObjectCommand({ ...where, IfMatch: head.ETag, Range: `bytes=${first}-${last}` }),
      );
      return Buffer.from((await response.Body?.transformToByteArray()) ?? []);
    } catch (error) {
      const brokeOff = statusOf(error) === undefined;
      if (brokeOff && attempt < READ_ATTEMPTS) return await fetchBlock(index, attempt + 1);
      throw readFailure(uri, error);
    }
  };
  const block = (index: number): Promise<Buffer> => {
    const known = blocks.get(index) ?? fetchBlock(index);
    known.catch(() => blocks.delete(index));
    blocks.delete(index);
    blocks.set(index, known);
    for (const oldest of blocks.keys()) {
      if (blocks.size <= BLOCKS_KEPT) break;
      blocks.delete(oldest);
    }
    return known;
  };

  return {
    uri,
    size,
    async read(position, length) {
      if (position >= size || length <= 0) return Buffer.alloc(0);
      const index = Math.floor(position / BLOCK);
      const bytes = await block(index);
      if ((index + 1) * BLOCK < size) void block(index + 1).catch(() => undefined);
      const from = position - index * BLOCK;
      return bytes.subarray(from, from + length);
    },
  };
}

function readFailure(uri: string, error: unknown): JobFailure {
  const status = statusOf(error);
  if (status === 403) {
    return new JobFailure(FAILURE_CODES.accessDenied, opened(uri, `Access denied to [${uri}]`));
  }
  if (status === 404) {
    return new JobFailure(FAILURE_CODES.notFound, opened(uri, 'HeadObject failed'));
  }
  const why = error instanceof Error ? error.message : String(error);
  // S3 has returned nothing about the file, so 1010 would be wrong.
  if (status === undefined || status === 429 || status >= 500) {
    return new JobFailure(FAILURE_CODES.unknown, opened(uri, why));
  }
  return unreadable(uri, why);
}

function opened(uri: string, why: string): string {
  return `Unable to open input file [${uri}]: [Failed probe/open: [Can't read input stream: [Failed to read data: ${why}]]]`;
}

function unreadable(uri: string, why: string): JobFailure {
  return new JobFailure(FAILURE_CODES.cannotOpenInput, opened(uri, why));
}

/** The HTTP status of an SDK error; undefined without a response. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) {
    return undefined;
  }
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
