import type { UploadItem } from '../../core/uploads/records.ts';
import { getUpload, type Table } from '../adapters/dynamodb/table.ts';
import { changeStatus, returnQuota } from '../adapters/dynamodb/table-change.ts';
import { abortMultipartUpload } from '../adapters/s3/multipart.ts';

/**
 * Gives up an upload that is still waiting, as S3's AbortMultipartUpload would: what is complete stays. The same
 * call again finishes what broke off.
 *
 * @param at ISO 8601
 * @returns the upload as it is now: `cancelled`, or in the status that a completion or an expiry has brought it to
 */
export async function abandonUpload(
  table: Table,
  bucket: string,
  item: UploadItem,
  at: string,
): Promise<UploadItem> {
  const why = 'cancelled_by_owner';
  const changed = await changeStatus(table, item, {
    from: ['waiting'],
    entry: { at, to: 'cancelled', by: 'owner', why },
    reason: { code: why },
  });
  const upload = changed ?? (await getUpload(table, item.uploadId)) ?? item;
  if (upload.status !== 'cancelled') return upload;
  // An object that S3 puts together in this moment is announced, and the workflow throws it away as a late one.
  if (upload.s3UploadId) await abortMultipartUpload(bucket, upload.objectKey, upload.s3UploadId);
  await returnQuota(table, upload);
  return upload;
}
