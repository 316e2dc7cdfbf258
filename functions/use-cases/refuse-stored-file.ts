import type { UploadItem } from '../../core/uploads/records.ts';
import type { UploadStore } from '../ports/uploads.ts';

/**
 * Ends an upload whose stored file has another checksum than announced. S3's event may have started the workflow:
 * its next write finds the upload failed, and ends. The reconciler announces the failure.
 *
 * @param now milliseconds since the epoch
 */
export async function refuseStoredFile(
  { uploads }: { readonly uploads: Pick<UploadStore, 'changeStatus'> },
  upload: UploadItem,
  now: number,
): Promise<void> {
  await uploads.changeStatus(upload, {
    from: ['waiting', 'uploaded', 'validating'],
    entry: {
      at: new Date(now).toISOString(),
      to: 'failed',
      by: 'owner',
      why: 'checksum_mismatch',
    },
    reason: { code: 'checksum_mismatch' },
    partition: 'failed+pendingAnnouncement',
  });
}
