import type { UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { EdgeValues } from '../ports/playback.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { blockPlayback, unblockPlayback } from './block-playback.ts';

export interface ModerateUploadPorts {
  readonly uploads: Pick<UploadStore, 'get' | 'changeStatus'>;
  /** Undefined where videos are not delivered. */
  readonly edge: EdgeValues | undefined;
}

/** A moderator, and the upload on which they decide. */
export interface Moderation {
  readonly uploadId: string;
  /** The moderator's own owner id: nobody decides on an upload of their own. */
  readonly owner: string;
  readonly isModerator: boolean;
}

export type ModerateUploadOutcome =
  | { readonly outcome: 'decided'; readonly upload: UploadItem }
  | Refusal;

/**
 * Removes a ready video: nobody can play it any more, and its files stay. A second call completes one that was
 * interrupted.
 *
 * @param now milliseconds since the epoch
 */
export async function removeUpload(
  { uploads, edge }: ModerateUploadPorts,
  moderation: Moderation,
  now: number,
): Promise<ModerateUploadOutcome> {
  const found = await findForModerator(uploads, moderation);
  if (found.outcome === 'refused') return found;
  let { upload } = found;
  if (upload.status !== 'removed') {
    if (upload.status !== 'ready') return notExpected(upload, 'ready');
    const code = 'removed_by_moderator';
    const changed = await uploads.changeStatus(upload, {
      from: ['ready'],
      entry: { at: new Date(now).toISOString(), to: 'removed', by: 'moderator', why: code },
      reason: { code },
    });
    if (!changed) return refused('conflict');
    upload = changed;
  }
  // After the status, which ends the signing of tokens.
  await blockPlayback(edge, upload.uploadId);
  return { outcome: 'decided', upload };
}

/**
 * Restores a removed video. A second call completes one that was interrupted, and the reconciler announces the video.
 * @param now milliseconds since the epoch
 */
export async function restoreUpload(
  { uploads, edge }: ModerateUploadPorts,
  moderation: Moderation,
  now: number,
): Promise<ModerateUploadOutcome> {
  const found = await findForModerator(uploads, moderation);
  if (found.outcome === 'refused') return found;
  let { upload } = found;
  if (upload.status !== 'ready') {
    if (upload.status !== 'removed') return notExpected(upload, 'removed');
    const changed = await uploads.changeStatus(upload, {
      from: ['removed'],
      entry: { at: new Date(now).toISOString(), to: 'ready', by: 'moderator', why: 'restored' },
      partition: 'ready+pendingAnnouncement',
    });
    if (!changed) return refused('conflict');
    upload = changed;
  }
  await unblockPlayback(edge, upload.uploadId);
  // Another moderator may have removed it again, and found it blocked still.
  const current = await uploads.get(upload.uploadId);
  if (current?.status !== 'ready') await blockPlayback(edge, upload.uploadId);
  return { outcome: 'decided', upload };
}

/** Who is no moderator learns nothing about the upload. */
async function findForModerator(
  uploads: Pick<UploadStore, 'get'>,
  { uploadId, owner, isModerator }: Moderation,
): Promise<{ readonly outcome: 'found'; readonly upload: UploadItem } | Refusal> {
  if (!isModerator) return refused('moderators_only');
  const upload = await uploads.get(uploadId);
  if (!upload) return refused('upload_not_found');
  if (upload.owner === owner) return refused('own_upload');
  return { outcome: 'found', upload };
}

function notExpected({ uploadId, status }: UploadItem, expected: string): Refusal {
  return refused('status_conflict', {
    detail: `Upload ${uploadId} has status ${status}; expected ${expected}.`,
  });
}
