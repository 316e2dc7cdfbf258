import { isTerminal, predecessors } from '../../core/contract/lifecycle.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { getUpload, type Table } from '../adapters/dynamodb/table.ts';
import { changeStatus, returnQuota } from '../adapters/dynamodb/table-change.ts';
import { cancelJob } from '../adapters/mediaconvert/jobs.ts';
import { abortMultipartUpload } from '../adapters/s3/multipart.ts';
import { deleteBelow, deleteEveryVersion } from '../adapters/s3/objects.ts';
import { stopExecution } from '../adapters/step-functions/executions.ts';

/**
 * Ends an upload for good and takes away all that it holds. The status comes first, so that nothing begins
 * anew behind it, and the quota last, so that bytes are free only once they are gone. Whatever breaks off in
 * between, the same call again finishes.
 *
 * @param at ISO 8601
 * @returns undefined where the upload changed under our hands
 */
export async function cancelUpload(
  table: Table,
  buckets: { readonly source: string; readonly output: string },
  item: UploadItem,
  at: string,
): Promise<UploadItem | undefined> {
  const upload = await endUpload(table, item, at);
  if (!upload) return undefined;
  await clearUpload(table, buckets, upload, item.status === 'transcoding');
  return upload;
}

/**
 * Takes away all that a cancelled upload holds, or what is left of it.
 * @param jobMayRun whether its job is to be cancelled too
 */
export async function clearUpload(
  table: Table,
  buckets: { readonly source: string; readonly output: string },
  upload: UploadItem,
  jobMayRun: boolean,
): Promise<void> {
  // Parts that arrive after the abort find no upload; S3's own rule removes what an abort has missed.
  if (upload.s3UploadId) {
    await abortMultipartUpload(buckets.source, upload.objectKey, upload.s3UploadId);
  }
  // Stopping an execution cancels the job that it waits for.
  if (upload.execution) await stopExecution(upload.execution, 'The upload was cancelled.');
  if (upload.jobId && jobMayRun) await cancelJob(upload.jobId);
  await deleteEveryVersion(buckets.source, upload.objectKey);
  await deleteBelow(buckets.output, outputPrefix(upload.uploadId));
  await returnQuota(table, upload);
}

async function endUpload(
  table: Table,
  item: UploadItem,
  at: string,
): Promise<UploadItem | undefined> {
  if (item.status === 'cancelled') return item;
  const code = isTerminal(item.status) ? 'deleted_by_owner' : 'cancelled_by_owner';
  const changed = await changeStatus(table, item, {
    from: predecessors('cancelled'),
    entry: { at, to: 'cancelled', by: 'owner', why: code },
    reason: { code },
  });
  const upload = changed ?? (await getUpload(table, item.uploadId));
  return upload?.status === 'cancelled' ? upload : undefined;
}
