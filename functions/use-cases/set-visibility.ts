import { isWithdrawn } from '../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface SetVisibilityPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'setVisibility'>;
}

export type SetVisibilityOutcome =
  | { readonly outcome: 'set'; readonly upload: UploadItem }
  | Refusal;

/** Makes a video public or private, also before it is ready. Tokens that viewers have stay valid until they expire. */
export async function setVisibility(
  { uploads }: SetVisibilityPorts,
  reference: UploadReference & { readonly visibility: UploadItem['visibility'] },
): Promise<SetVisibilityOutcome> {
  const found = await findOwnUpload(uploads, reference);
  if (found.outcome === 'refused') return found;
  const { uploadId, status } = found.upload;
  if (isWithdrawn(status)) {
    return refused('status_conflict', { detail: `Upload ${uploadId} has status ${status}.` });
  }
  const upload = await uploads.setVisibility(uploadId, reference.visibility);
  return upload ? { outcome: 'set', upload } : refused('upload_not_found');
}
