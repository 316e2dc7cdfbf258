const MIB = 1024 ** 2;

/** Limits of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000;
/** The last part may be smaller. */
export const MIN_PART_BYTES = 5 * MIB;
export const MAX_PART_BYTES = 5 * 1024 * MIB;
/** The largest object: 48.8 TiB. */
export const MAX_OBJECT_BYTES = MAX_PARTS * MAX_PART_BYTES;

/** Small enough to resend on a slow network, large enough to keep the overhead of requests low. */
const DEFAULT_PART_BYTES = 8 * MIB;
/** Above this size, more parts are better than larger parts. */
const TARGET_PART_BYTES = 64 * MIB;
/** Above this count, more parts need more signatures and requests, and add no useful parallelism. */
const TARGET_PARTS = 1_000;

export interface PartPlan {
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of every part but the last, which has the remainder. */
  readonly partSize: number;
  readonly partCount: number;
}

/**
 * Divides a file: parts of 8 MiB for up to 1,000 parts; then 1,000 parts of up to 64 MiB; then parts of 64 MiB for up
 * to 10,000 parts; then 10,000 parts. Part sizes are whole MiB.
 *
 * @param size bytes, 1 to 48.8 TiB
 * @throws RangeError for any other size
 */
export function planParts(size: number): PartPlan {
  if (!Number.isSafeInteger(size) || size < 1 || size > MAX_OBJECT_BYTES) {
    throw new RangeError(`The size must be 1 to ${MAX_OBJECT_BYTES} bytes; got ${size}.`);
  }
  const target = Math.min(wholeMib(size / TARGET_PARTS), TARGET_PART_BYTES);
  const partSize = Math.max(DEFAULT_PART_BYTES, target, wholeMib(size / MAX_PARTS));
  return { size, partSize, partCount: Math.ceil(size / partSize) };
}

function wholeMib(bytes: number): number {
  return Math.ceil(bytes / MIB) * MIB;
}
