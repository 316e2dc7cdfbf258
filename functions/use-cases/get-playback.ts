import { mintPlaybackToken, playbackUrl } from '../../core/playback/playback-token.ts';
import { signingKeyAt } from '../../core/playback/signing-keys.ts';
import { STORYBOARD_FILE } from '../../core/playback/storyboard.ts';
import { tokenLifeSeconds } from '../../core/playback/token-life.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import type { UploadIn, UploadItem } from '../../core/uploads/records.ts';
import { type Refusal, refused } from '../../core/uploads/refusals.ts';
import type { SigningKeys } from '../ports/playback.ts';
import type { UploadStore } from '../ports/uploads.ts';
import { findOwnUpload, type UploadReference } from './own-upload.ts';

/** The first rotation takes some seconds. */
const KEY_RETRY_SECONDS = 30;

export interface GetPlaybackPorts {
  readonly uploads: Pick<UploadStore, 'get'>;
  readonly keys: SigningKeys;
  /** `https://…`; undefined where videos are not delivered. */
  readonly mediaHost: string | undefined;
}

/** Complete addresses of a video's files, valid until `expiresAt`. */
export interface PlaybackAccess {
  readonly hls: string;
  readonly dash: string;
  readonly poster: string;
  readonly storyboard: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly durationSeconds: number;
}

export type GetPlaybackOutcome =
  | { readonly outcome: 'playable'; readonly playback: PlaybackAccess }
  | Refusal;

/**
 * Gives an owner access to one of their videos.
 * @param now milliseconds since the epoch
 */
export async function getPlayback(
  ports: GetPlaybackPorts,
  reference: UploadReference & { readonly subject: string },
  now: number,
): Promise<GetPlaybackOutcome> {
  const found = await findOwnUpload(ports.uploads, reference);
  if (found.outcome === 'refused') return found;
  return grantPlayback(ports, found.upload, reference.subject, now);
}

/** Signs a token for one viewer of a ready video. */
export async function grantPlayback(
  { keys, mediaHost }: GetPlaybackPorts,
  upload: UploadItem,
  viewer: string,
  now: number,
): Promise<GetPlaybackOutcome> {
  if (upload.status !== 'ready') {
    return refused('playback_not_ready', {
      detail: `Upload ${upload.uploadId} has status ${upload.status}; expected ready.`,
    });
  }
  if (mediaHost === undefined) return refused('delivery_off');
  const seconds = Math.floor(now / 1_000);
  const key = signingKeyAt((await keys.current()) ?? [], seconds);
  if (!key) return refused('playback_key_missing', { retryAfterSeconds: KEY_RETRY_SECONDS });
  const expires = seconds + tokenLifeSeconds(upload.playback.durationSeconds, 'play');
  const claims = { vid: upload.uploadId, sub: viewer, exp: expires, scope: 'play' } as const;
  const token = mintPlaybackToken(claims, key);
  return { outcome: 'playable', playback: accessTo(upload, mediaHost, token, expires) };
}

function accessTo(
  { uploadId, playback }: UploadIn<'ready'>,
  host: string,
  token: string,
  expires: number,
): PlaybackAccess {
  const url = (key: string) =>
    playbackUrl(host, token, uploadId, key.slice(outputPrefix(uploadId).length));
  return {
    hls: url(playback.hls),
    dash: url(playback.dash),
    poster: url(playback.poster),
    storyboard: url(`${outputPrefix(uploadId)}${STORYBOARD_FILE}`),
    expiresAt: new Date(expires * 1_000).toISOString(),
    durationSeconds: playback.durationSeconds,
  };
}
