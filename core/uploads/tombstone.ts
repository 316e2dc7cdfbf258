import type { UploadItem } from './records.ts';

/**
 * After its end, an upload by a single PUT keeps an object of 0 bytes at its key, until no grant is valid any more. A
 * PUT grant requires that there is no object at the key, so S3 refuses it (412), and nothing starts. No file that is
 * uploaded has 0 bytes: creation refuses it, and a grant signs the length.
 */
export function isTombstone({ size }: { readonly size: number }): boolean {
  return size === 0;
}

/**
 * The ETag of a tombstone: the MD5 of no bytes, in a bucket that S3 encrypts with its own keys.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html, `ETag`
 */
export const TOMBSTONE_ETAG = 'd41d8cd98f00b204e9800998ecf8427e';

/**
 * Whether a grant of this upload can create its source by itself. Parts need a completion and a form's file a copy;
 * both check the record first.
 */
export function canBeSentAgain({ method }: Pick<UploadItem, 'method'>): boolean {
  return method === 'put';
}
