import { expiryOfEnded, type RetentionPolicy } from '../../core/uploads/erasure.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { canBeSentAgain } from '../../core/uploads/tombstone.ts';
import type { MultipartUploads, SourceObjects } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { deleteSource } from './clear-upload.ts';

export interface ExpireUploadPorts {
  readonly uploads: Pick<UploadStore, 'expire'>;
  readonly retention: RetentionPolicy;
  readonly multipart: Pick<MultipartUploads, 'abort'>;
  readonly sources: Pick<SourceObjects, 'deleteEveryVersion' | 'close'>;
}

/**
 * Ends an upload that was not finished in time. Its parts are deleted first, and its bytes are returned in the
 * write that ends it. A second call completes one that was interrupted.
 *
 * @param now milliseconds since the epoch
 * @returns false where the upload has changed in the meantime; nothing is written then
 */
export async function expireUpload(
  { uploads, multipart, sources, retention }: ExpireUploadPorts,
  item: UploadItem,
  now: number,
): Promise<boolean> {
  if (item.s3UploadId !== undefined) await multipart.abort(item.objectKey, item.s3UploadId);
  const code = 'upload_expired';
  const entry = {
    at: new Date(now).toISOString(),
    to: 'expired',
    by: 'reconciler',
    why: code,
  } as const;
  const expired = await uploads.expire(item, entry, { code }, expiryOfEnded(now, retention));
  // Grants outlive the deadline by up to their lifetime.
  if (expired && canBeSentAgain(item)) await deleteSource(sources, item);
  return expired;
}
