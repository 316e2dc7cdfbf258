/**
 * The limits of S3 that more than one operation checks.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */

/** The largest object or part that one request writes, in bytes: PutObject, a form, UploadPart or a copy. */
export const MAX_WRITE_BYTES = 5 * 1024 ** 3;

/** The smallest part of an upload except the last, in bytes. */
export const MIN_PART_BYTES = 5 * 1024 ** 2;

/** Parts of one upload. */
export const MAX_PARTS = 10_000;

/** Parts in one response of ListParts or GetObjectAttributes. */
export const MAX_LISTED_PARTS = 1_000;
