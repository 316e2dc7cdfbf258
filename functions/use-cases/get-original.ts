import { isTerminal, keepsFiles } from '../../core/contract/lifecycle.ts';
import {
  DOWNLOAD_SECONDS,
  type DownloadGrant,
  signDownload,
} from '../../core/grants/download-grant.ts';
import { displayName } from '../../core/uploads/file-name.ts';
import type { UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { DownloadSigner } from '../ports/signing.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface GetOriginalPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly signer: DownloadSigner;
}

export type GetOriginalOutcome =
  | { readonly outcome: 'signed'; readonly original: DownloadGrant }
  | Refusal;

/**
 * Signs a download of the file that an owner has uploaded, while it is stored: for a ready video, and for an upload that
 * has failed. A removed video cannot be downloaded.
 *
 * @param now milliseconds since the epoch
 */
export async function getOriginal(
  { uploads, signer }: GetOriginalPorts,
  reference: UploadReference,
  now: number,
): Promise<GetOriginalOutcome> {
  const found = await findOwnUpload(uploads, reference);
  if (found.outcome === 'refused') return found;
  const { upload } = found;
  if (upload.status === 'removed') return refused('removed_by_moderator');
  if (!hasOriginal(upload)) {
    return refused('status_conflict', {
      detail: `Upload ${upload.uploadId} has status ${upload.status}; expected ready or failed.`,
    });
  }
  const signing = await signer.signing('original', DOWNLOAD_SECONDS, now);
  const original = signDownload({
    ...signing,
    key: upload.objectKey,
    now,
    lifetimeSeconds: DOWNLOAD_SECONDS,
    fileName: displayName(upload.fileName),
  });
  return { outcome: 'signed', original };
}

/** A failed upload may never have had an object. */
function hasOriginal(upload: UploadItem): upload is UploadItem & { readonly fileName: string } {
  return isTerminal(upload.status) && keepsFiles(upload.status) && upload.object !== undefined;
}
