import type { Delivery } from '../ports/playback.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { type GrantPlaybackOutcome, grantPlayback } from './grant-playback.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

export interface GetPlaybackPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly delivery: Delivery | undefined;
}

/**
 * Gives an owner access to one of their videos.
 * @param now milliseconds since the epoch
 */
export async function getPlayback(
  { uploads, delivery }: GetPlaybackPorts,
  reference: UploadReference & { readonly subject: string },
  now: number,
): Promise<GrantPlaybackOutcome> {
  const found = await findOwnUpload(uploads, reference);
  if (found.outcome === 'refused') return found;
  return grantPlayback(delivery, found.upload, reference.subject, now);
}
