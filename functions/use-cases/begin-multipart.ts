import type { UploadItem } from '../../core/uploads/records.ts';
import { getUpload, type Table } from '../adapters/dynamodb/table.ts';
import { recordMultipartUpload } from '../adapters/dynamodb/table-create.ts';
import { abortMultipartUpload, createMultipartUpload } from '../adapters/s3/multipart.ts';

/** An upload that S3 knows. */
export type BegunUpload = UploadItem & { readonly s3UploadId: string };

/**
 * Begins the upload in S3 if that has not happened yet: at its creation, or by whoever comes back after a
 * creation that broke off. Of two that race, one aborts its own and both answer with the other's.
 * @returns undefined where the upload no longer waits
 */
export async function beginMultipart(
  table: Table,
  bucket: string,
  item: UploadItem,
  at: string,
): Promise<BegunUpload | undefined> {
  if (hasBegun(item)) return item;
  const s3UploadId = await createMultipartUpload(bucket, item);
  if (await recordMultipartUpload(table, item.uploadId, s3UploadId, at)) {
    return { ...item, s3UploadId, updatedAt: at };
  }
  const now = await getUpload(table, item.uploadId);
  // The write's answer may have been lost on the way, and the SDK's second try found what the first has written.
  const ours = now?.s3UploadId === s3UploadId;
  if (!ours) await abortMultipartUpload(bucket, item.objectKey, s3UploadId);
  return now && now.status === 'waiting' && hasBegun(now) ? now : undefined;
}

function hasBegun(item: UploadItem): item is BegunUpload {
  return item.s3UploadId !== undefined;
}
