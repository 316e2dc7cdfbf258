import { MAX_OBJECT_BYTES } from '../uploads/upload-policy.ts';

const MIB = 1024 ** 2;

/** S3's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;
/** The last part may be smaller. */
export const MIN_PART_BYTES = 5 * MIB;
export const MAX_PART_BYTES = 5 * 1024 * MIB;

/** Small enough that a lost part costs little on a slow line, large enough that requests do not count. */
const USUAL_PART_BYTES = 8 * MIB;
/** From here on a part is long enough; more parts cost less than larger ones. */
const COMFORTABLE_PART_BYTES = 64 * MIB;
/** Beyond this many, each part more is a signature and a request more without any gain in parallel. */
const COMFORTABLE_PARTS = 1_000;

export interface PartPlan {
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of every part but the last, which has the rest. */
  readonly partSize: number;
  readonly partCount: number;
}

/**
 * How a file is cut: 8 MiB up to 1,000 parts, then 1,000 parts up to 64 MiB each, then 64 MiB up to 10,000
 * parts, then 10,000 parts. Part sizes are whole MiB.
 *
 * @param size bytes, 1 to 48.8 TiB
 * @throws RangeError for any other size
 */
export function planParts(size: number): PartPlan {
  if (!Number.isSafeInteger(size) || size < 1 || size > MAX_OBJECT_BYTES) {
    throw new RangeError(`A file has 1 to ${MAX_OBJECT_BYTES} bytes; got ${size}.`);
  }
  const comfortable = Math.min(wholeMib(size / COMFORTABLE_PARTS), COMFORTABLE_PART_BYTES);
  const partSize = Math.max(USUAL_PART_BYTES, comfortable, wholeMib(size / MAX_PARTS));
  return { size, partSize, partCount: Math.ceil(size / partSize) };
}

function wholeMib(bytes: number): number {
  return Math.ceil(bytes / MIB) * MIB;
}
