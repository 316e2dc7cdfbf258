import { type ChecksumFinder, checksumMismatch } from '../../core/uploads/checksum-mismatch.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { UploadStore } from '../ports/uploads.ts';

/**
 * Ends an upload whose file has another checksum than announced, whoever has found it. S3's event may have started the
 * workflow: its next write finds the upload failed, and ends. The reconciler announces the failure.
 *
 * @param now milliseconds since the epoch
 */
export async function failChecksum(
  { uploads }: { readonly uploads: Pick<UploadStore, 'changeStatus'> },
  upload: UploadItem,
  by: ChecksumFinder,
  now: number,
): Promise<void> {
  const reason = checksumMismatch(by);
  await uploads.changeStatus(upload, {
    from: ['waiting', 'uploaded', 'validating'],
    entry: { at: new Date(now).toISOString(), to: 'failed', by: 'owner', why: reason.code },
    reason,
    partition: 'failed+pendingAnnouncement',
  });
}
