import type { UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { UploadStore } from '../ports/uploads.ts';

/** The upload that a caller names. */
export interface UploadReference {
  /** The caller's subject, encoded (`encodeOwner`). */
  readonly owner: string;
  readonly uploadId: string;
  /** Companion's protocol names an upload by id and key; both have to match. */
  readonly objectKey?: string;
}

export type Found = { readonly outcome: 'found'; readonly upload: UploadItem } | Refusal;

/** An upload of another owner is refused exactly as one that does not exist. */
export async function findOwnUpload(
  uploads: Pick<UploadStore, 'get'>,
  { owner, uploadId, objectKey }: UploadReference,
): Promise<Found> {
  const upload = await uploads.get(uploadId);
  if (upload?.owner !== owner) return refused('upload_not_found');
  if (objectKey !== undefined && upload.objectKey !== objectKey) return refused('upload_not_found');
  return { outcome: 'found', upload };
}
