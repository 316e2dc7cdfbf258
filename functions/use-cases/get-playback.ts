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

/** What tokens call the viewer of a public video, whom nobody knows. */
const ANYONE = 'anyone';

/**
 * Gives everybody access to a public video. A private one is refused exactly as one that does not exist.
 * @param now milliseconds since the epoch
 */
export async function getPublicPlayback(
  { uploads, delivery }: GetPlaybackPorts,
  uploadId: string,
  now: number,
): Promise<GrantPlaybackOutcome> {
  const upload = await uploads.get(uploadId);
  const isPublic = upload?.visibility === 'public' && upload.status === 'ready';
  if (!isPublic) return refused('upload_not_found');
  return grantPlayback(delivery, upload, ANYONE, now);
}

/**
 * Gives a viewer, whom a backend names and has checked, access to any video.
 * @param now milliseconds since the epoch
 */
export async function createViewerPlayback(
  { uploads, delivery }: GetPlaybackPorts,
  { uploadId, viewer }: { readonly uploadId: string; readonly viewer: string },
  now: number,
): Promise<GrantPlaybackOutcome> {
  const upload = await uploads.get(uploadId);
  if (!upload) return refused('upload_not_found');
  return grantPlayback(delivery, upload, viewer, now);
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
