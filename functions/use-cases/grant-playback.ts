import type { PlaybackAccess } from '../../core/contract/playback-responses.ts';
import { captionFile, manifestFile } from '../../core/playback/caption-manifests.ts';
import { manifestRevision } from '../../core/playback/change-captions.ts';
import { mintPlaybackToken, playbackUrl } from '../../core/playback/playback-token.ts';
import { signingKeyAt } from '../../core/playback/signing-keys.ts';
import { STORYBOARD_FILE } from '../../core/playback/storyboard.ts';
import { tokenLifeSeconds } from '../../core/playback/token-life.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import type { UploadIn, UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { Delivery } from '../ports/playback.ts';

/** The first rotation takes some seconds. */
const KEY_RETRY_SECONDS = 30;

export type GrantPlaybackOutcome =
  | { readonly outcome: 'playable'; readonly playback: PlaybackAccess }
  | Refusal;

/**
 * Signs a token for one viewer of a ready video.
 * @param delivery undefined where videos are not delivered
 * @param now milliseconds since the epoch
 */
export async function grantPlayback(
  delivery: Delivery | undefined,
  upload: UploadItem,
  viewer: string,
  now: number,
): Promise<GrantPlaybackOutcome> {
  if (upload.status === 'removed') return refused('removed_by_moderator');
  if (upload.status !== 'ready') {
    return refused('playback_not_ready', {
      detail: `Upload ${upload.uploadId} has status ${upload.status}; expected ready.`,
    });
  }
  if (delivery === undefined) return refused('delivery_off');
  const seconds = Math.floor(now / 1_000);
  const key = signingKeyAt((await delivery.keys.current()) ?? [], seconds);
  if (!key) return refused('playback_key_missing', { retryAfterSeconds: KEY_RETRY_SECONDS });
  const expires = seconds + tokenLifeSeconds(upload.playback.durationSeconds, 'play');
  const claims = { vid: upload.uploadId, sub: viewer, exp: expires, scope: 'play' } as const;
  const token = mintPlaybackToken(claims, key);
  return { outcome: 'playable', playback: accessTo(upload, delivery.host, token, expires) };
}

function accessTo(
  { uploadId, playback, captions }: UploadIn<'ready'>,
  host: string,
  token: string,
  expires: number,
): PlaybackAccess {
  const url = (file: string) => playbackUrl(host, token, uploadId, file);
  const revision = manifestRevision(captions);
  return {
    hls: url(manifestFile('m3u8', revision)),
    dash: url(manifestFile('mpd', revision)),
    poster: url(playback.poster.slice(outputPrefix(uploadId).length)),
    storyboard: url(STORYBOARD_FILE),
    captions: (captions?.tracks ?? []).map((track) => ({
      language: track.language,
      name: track.name,
      url: url(`${captionFile(track.language, track.revision)}.vtt`),
    })),
    durationSeconds: playback.durationSeconds,
    expiresAt: new Date(expires * 1_000).toISOString(),
  };
}
