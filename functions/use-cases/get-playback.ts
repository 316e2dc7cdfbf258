import { refused } from '../../core/uploads/refusals.ts';
import type { Delivery } from '../ports/playback.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { type GrantPlaybackOutcome, grantPlayback } from './grant-playback.ts';

export interface GetPlaybackPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly delivery: Delivery | undefined;
}

/** Who asks for which upload. */
export interface PlaybackRequest {
  readonly uploadId: string;
  /** The caller's subject, encoded. */
  readonly owner: string;
  readonly subject: string;
  readonly isModerator: boolean;
}

/**
 * Gives an owner access to one of their videos, and a moderator to any.
 * @param now milliseconds since the epoch
 */
export async function getPlayback(
  { uploads, delivery }: GetPlaybackPorts,
  { uploadId, owner, subject, isModerator }: PlaybackRequest,
  now: number,
): Promise<GrantPlaybackOutcome> {
  const upload = await uploads.get(uploadId);
  if (!upload || (upload.owner !== owner && !isModerator)) return refused('upload_not_found');
  return grantPlayback(delivery, upload, subject, now);
}
