import { isWithdrawn } from '../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { notWaiting, type Refusal, refuseUnlessInParts } from '../../core/uploads/refusals.ts';
import type { MultipartUploads } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { type ChangeToCancelledPorts, changeToCancelled } from './change-to-cancelled.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';
import { returnQuota } from './return-quota.ts';

export interface AbandonUploadPorts extends ChangeToCancelledPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'changeStatus' | 'returnQuota'>;
  readonly multipart: Pick<MultipartUploads, 'abort'>;
}

export type AbandonUploadOutcome =
  | { readonly outcome: 'abandoned'; readonly upload: UploadItem }
  | Refusal;

/**
 * Gives up an upload that is still waiting, as S3's AbortMultipartUpload does. An upload that is complete stays:
 * Uppy also aborts after the response to its completion was lost.
 *
 * @param now milliseconds since the epoch
 */
export async function abandonUpload(
  ports: AbandonUploadPorts,
  reference: UploadReference,
  now: number,
): Promise<AbandonUploadOutcome> {
  const found = await findOwnUpload(ports.uploads, reference);
  if (found.outcome === 'refused') return found;
  const single = refuseUnlessInParts(found.upload);
  if (single) return single;
  const upload = await abandon(ports, found.upload, now);
  return isWithdrawn(upload.status) ? { outcome: 'abandoned', upload } : notWaiting(upload);
}

/**
 * Cancels an upload if it is waiting. A second call completes one that was interrupted.
 * @returns the upload as it is now: `cancelled`, or in the status that it has reached otherwise
 */
export async function abandon(
  ports: AbandonUploadPorts,
  item: UploadItem,
  now: number,
): Promise<UploadItem> {
  const { uploads, multipart } = ports;
  const upload = (await changeToCancelled(ports, item, ['waiting'], now)) ?? item;
  if (upload.status !== 'cancelled') return upload;
  // If S3 completes the object at this moment, its event starts the workflow, which discards the late object.
  if (upload.s3UploadId) await multipart.abort(upload.objectKey, upload.s3UploadId);
  await returnQuota(uploads, upload);
  return upload;
}
