import { predecessors } from '../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import { type ChangeToCancelledPorts, changeToCancelled } from './change-to-cancelled.ts';
import { type ClearUploadPorts, clearUpload } from './clear-upload.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export type CancelUploadPorts = ClearUploadPorts & ChangeToCancelledPorts;

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
  const from = predecessors('cancelled');
  const upload = await changeToCancelled(ports, found.upload, from, now);
  if (upload?.status !== 'cancelled') return refused('conflict');
  await clearUpload(ports, upload, found.upload.status === 'transcoding', now);
  return { outcome: 'cancelled', upload };
}
