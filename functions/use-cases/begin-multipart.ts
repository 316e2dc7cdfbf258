import type { UploadItem } from '../../core/uploads/records.ts';
import { notWaiting, type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { BegunUpload, MultipartUploads } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';

export interface BeginMultipartPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'recordMultipartUpload'>;
  readonly multipart: Pick<MultipartUploads, 'create' | 'abort'>;
}

export type BeginMultipartOutcome =
  | { readonly outcome: 'begun'; readonly upload: BegunUpload }
  | Refusal;

/**
 * Creates the multipart upload in S3 if it does not exist yet: when the upload is created, or when a client comes
 * back after a creation that was interrupted. Of two concurrent calls one aborts its own multipart upload, and both
 * return the other's.
 *
 * @param now milliseconds since the epoch
 */
export async function beginMultipart(
  { uploads, multipart }: BeginMultipartPorts,
  item: UploadItem,
  now: number,
): Promise<BeginMultipartOutcome> {
  if (hasBegun(item)) return { outcome: 'begun', upload: item };
  const at = new Date(now).toISOString();
  const s3UploadId = await multipart.create(item);
  if (await uploads.recordMultipartUpload(item.uploadId, s3UploadId, at)) {
    return { outcome: 'begun', upload: { ...item, s3UploadId, updatedAt: at } };
  }
  const current = await uploads.get(item.uploadId);
  // The response to the first write may have been lost: then the SDK's retry found what that write had stored.
  const ours = current?.s3UploadId === s3UploadId;
  if (!ours) await multipart.abort(item.objectKey, s3UploadId);
  if (!current) return refused('upload_gone');
  if (current.status !== 'waiting') return notWaiting(current);
  return hasBegun(current) ? { outcome: 'begun', upload: current } : refused('conflict');
}

function hasBegun(item: UploadItem): item is BegunUpload {
  return item.s3UploadId !== undefined;
}
