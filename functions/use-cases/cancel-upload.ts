import { isTerminal, predecessors } from '../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { UploadStore } from '../ports.ts';
import { type ClearUploadPorts, clearUpload } from './clear-upload.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export type CancelUploadPorts = ClearUploadPorts & {
  readonly uploads: Pick<UploadStore, 'changeStatus'>;
};

export type CancelUploadOutcome =
  | { readonly outcome: 'cancelled'; readonly upload: UploadItem }
  | Refusal;

/**
 * Cancels an upload in any status, or deletes one that has ended, and deletes everything that it holds. The status
 * changes first, so that nothing starts again afterwards. A second call completes one that was interrupted.
 *
 * @param now milliseconds since the epoch
 */
export async function cancelUpload(
  ports: CancelUploadPorts,
  reference: UploadReference,
  now: number,
): Promise<CancelUploadOutcome> {
  const found = await findOwnUpload(ports.uploads, reference);
  if (found.outcome === 'refused') return found;
  const upload = await endUpload(ports, found.upload, new Date(now).toISOString());
  if (!upload) return refused('conflict');
  await clearUpload(ports, upload, found.upload.status === 'transcoding');
  return { outcome: 'cancelled', upload };
}

async function endUpload(
  { uploads }: CancelUploadPorts,
  item: UploadItem,
  at: string,
): Promise<UploadItem | undefined> {
  if (item.status === 'cancelled') return item;
  const code = isTerminal(item.status) ? 'deleted_by_owner' : 'cancelled_by_owner';
  const changed = await uploads.changeStatus(item, {
    from: predecessors('cancelled'),
    entry: { at, to: 'cancelled', by: 'owner', why: code },
    reason: { code },
  });
  const upload = changed ?? (await uploads.get(item.uploadId));
  return upload?.status === 'cancelled' ? upload : undefined;
}
