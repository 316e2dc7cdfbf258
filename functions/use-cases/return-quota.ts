import { TransientError } from '../../core/transient-error.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { UploadStore } from '../ports/uploads.ts';

/** The workflow may use the bytes while a cancellation returns them: each state of the quota is tried once. */
const MAX_ATTEMPTS = 3;

/**
 * Returns an upload's bytes to its owner, exactly once however often it is called.
 * @throws TransientError where the quota kept changing
 */
export async function returnQuota(
  uploads: Pick<UploadStore, 'get' | 'returnQuota'>,
  upload: UploadItem,
): Promise<void> {
  let { quota } = upload;
  for (let attempt = 0; attempt < MAX_ATTEMPTS && quota !== 'returned'; attempt += 1) {
    if (await uploads.returnQuota(upload, quota)) return;
    quota = (await uploads.get(upload.uploadId))?.quota ?? 'returned';
  }
  if (quota !== 'returned') {
    throw new TransientError(`The quota of upload ${upload.uploadId} changes concurrently.`);
  }
}
