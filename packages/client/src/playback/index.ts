import type { ApiOptions } from '../api-options.ts';
import { requestApi } from '../api-request.ts';
import { systemClock } from '../clock.ts';
import type { Shape } from '../response-shapes.ts';
import { type PlaybackSession, type PlaybackUrls, playbackSession } from './playback-session.ts';

export type { ApiOptions, TokenRequest } from '../api-options.ts';
export { type ClientCode, UploadError, type UploadErrorCode } from '../upload-error.ts';
export { hlsConfig } from './hls-config.ts';
export { playNatively } from './native-playback.ts';
export type { PlaybackSession, PlaybackUrls } from './playback-session.ts';

const shape: Shape<{ playback: PlaybackUrls }> = {
  playback: { hls: '', dash: '', poster: '', storyboard: '', expiresAt: '' },
};

/**
 * The addresses of a ready video of the signed-in user, kept valid while it plays. Nothing is requested before `fresh`.
 *
 * @param uploadId of a video that is `ready`
 */
export function playback(options: ApiOptions, uploadId: string): PlaybackSession {
  const path = `/v1/uploads/${encodeURIComponent(uploadId)}/playback`;
  const load = async () =>
    (await requestApi<{ playback: PlaybackUrls }>(options, { shape, method: 'GET', path }))
      .playback;
  return playbackSession(load, { clock: options.clock ?? systemClock });
}
