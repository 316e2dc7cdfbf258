import { type AdmissionLimits, estimatedWaitSeconds } from '../../core/transcoding/admission.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import type { Refusal } from '../../core/uploads/refusals.ts';
import type { AdmissionStore } from '../ports/admission.ts';
import type { MultipartUploads } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface GetUploadPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly multipart: Pick<MultipartUploads, 'listParts'>;
  readonly admission: Pick<AdmissionStore, 'slots' | 'countAhead'>;
  readonly limits: AdmissionLimits;
}

export type GetUploadOutcome =
  | {
      readonly outcome: 'found';
      readonly upload: UploadItem;
      /** Present for a waiting upload in parts that S3 knows. */
      readonly receivedBytes?: number;
      /** Present for an upload that waits for a slot, once a job has ended. */
      readonly waitSeconds?: number;
    }
  | Refusal;

/** An owner's upload, with what S3 has received of it, and how long it may wait for a slot. */
export async function getUpload(
  ports: GetUploadPorts,
  reference: UploadReference,
): Promise<GetUploadOutcome> {
  const { uploads, multipart } = ports;
  const found = await findOwnUpload(uploads, reference);
  if (found.outcome === 'refused') return found;
  const waitSeconds = await waitOf(ports, found.upload);
  if (waitSeconds !== undefined) return { ...found, waitSeconds };
  const { status, objectKey, s3UploadId } = found.upload;
  if (status !== 'waiting' || s3UploadId === undefined) return found;
  const parts = await multipart.listParts(objectKey, s3UploadId);
  if (!parts) return found;
  return { ...found, receivedBytes: parts.reduce((sum, { size }) => sum + size, 0) };
}

/** Undefined for an upload that does not wait for a slot, and before a job has ended. */
async function waitOf(
  { admission, limits }: GetUploadPorts,
  { status, owner, queueKey }: UploadItem,
): Promise<number | undefined> {
  if (status !== 'transcoding' || queueKey === undefined) return undefined;
  const [slots, ahead] = await Promise.all([
    admission.slots(),
    admission.countAhead(owner, queueKey),
  ]);
  return estimatedWaitSeconds(ahead, slots, limits);
}
