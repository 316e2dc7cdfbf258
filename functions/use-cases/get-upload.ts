import type { UploadItem } from '../../core/uploads/records.ts';
import type { Refusal } from '../../core/uploads/refusals.ts';
import type { MultipartUploads } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface GetUploadPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly multipart: Pick<MultipartUploads, 'listParts'>;
}

export type GetUploadOutcome =
  | {
      readonly outcome: 'found';
      readonly upload: UploadItem;
      /** Present for a waiting upload in parts that S3 knows. */
      readonly receivedBytes?: number;
    }
  | Refusal;

/** An owner's upload, with what S3 has received of it. */
export async function getUpload(
  { uploads, multipart }: GetUploadPorts,
  reference: UploadReference,
): Promise<GetUploadOutcome> {
  const found = await findOwnUpload(uploads, reference);
  if (found.outcome === 'refused') return found;
  const { status, objectKey, s3UploadId } = found.upload;
  if (status !== 'waiting' || s3UploadId === undefined) return found;
  const parts = await multipart.listParts(objectKey, s3UploadId);
  if (!parts) return found;
  return { ...found, receivedBytes: parts.reduce((sum, { size }) => sum + size, 0) };
}
