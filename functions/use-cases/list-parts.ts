import type { StoredPart } from '../../core/uploads/complete-request.ts';
import {
  notWaiting,
  type Refusal,
  refused,
  refuseUnlessInParts,
} from '../../core/uploads/refusals.ts';
import type { MultipartUploads } from '../ports/storage.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface ListPartsPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly multipart: Pick<MultipartUploads, 'listParts'>;
}

export type ListPartsOutcome =
  | {
      readonly outcome: 'listed';
      readonly parts: readonly StoredPart[];
      readonly receivedBytes: number;
      /** Part numbers of the plan that S3 has not received, ascending. */
      readonly missing: readonly number[];
    }
  | Refusal;

/** Everything that S3 has received of a waiting upload, so that a client can resume it. */
export async function listParts(
  { uploads, multipart }: ListPartsPorts,
  reference: UploadReference,
): Promise<ListPartsOutcome> {
  const found = await findOwnUpload(uploads, reference);
  if (found.outcome === 'refused') return found;
  const { upload } = found;
  const single = refuseUnlessInParts(upload);
  if (single) return single;
  if (upload.status !== 'waiting') return notWaiting(upload);
  const parts = upload.s3UploadId
    ? await multipart.listParts(upload.objectKey, upload.s3UploadId)
    : [];
  if (!parts) return refused('upload_gone');
  const received = new Set(parts.map(({ partNumber }) => partNumber));
  const planned = Array.from({ length: upload.partCount }, (_, index) => index + 1);
  return {
    outcome: 'listed',
    parts,
    receivedBytes: parts.reduce((sum, { size }) => sum + size, 0),
    missing: planned.filter((partNumber) => !received.has(partNumber)),
  };
}
