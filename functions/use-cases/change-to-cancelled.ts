import { isTerminal, type Status } from '../../core/contract/lifecycle.ts';
import { expiryOfEnded, type RetentionPolicy } from '../../core/uploads/erasure.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { UploadStore } from '../ports/uploads.ts';

export interface ChangeToCancelledPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'changeStatus'>;
  readonly retention: RetentionPolicy;
}

/**
 * Records that the owner has cancelled an upload, or has deleted one that has ended. An upload that is cancelled
 * already stays as it is. The same write erases what describes the file.
 *
 * @param from the statuses from which the change is allowed
 * @param now milliseconds since the epoch
 * @returns the upload as it is now, in another status where the change was not allowed; undefined if it is gone
 */
export async function changeToCancelled(
  { uploads, retention }: ChangeToCancelledPorts,
  item: UploadItem,
  from: readonly Status[],
  now: number,
): Promise<UploadItem | undefined> {
  if (item.status === 'cancelled') return item;
  const code = isTerminal(item.status) ? 'deleted_by_owner' : 'cancelled_by_owner';
  const changed = await uploads.changeStatus(item, {
    from,
    entry: { at: new Date(now).toISOString(), to: 'cancelled', by: 'owner', why: code },
    reason: { code },
    expiresAt: expiryOfEnded(now, retention),
  });
  return changed ?? uploads.get(item.uploadId);
}
