import type { PlaybackResponse } from '../../core/contract/wire.ts';

/** The first rotation of the signing keys runs when the cloud starts, and takes seconds. */
const MAX_ATTEMPTS = 30;
const PAUSE_MS = 500;

/**
 * The addresses of a video, as its owner or a moderator gets them.
 * @throws Error with the response of the API
 */
export async function playbackOf(
  api: string,
  token: string,
  uploadId: string,
): Promise<PlaybackResponse['playback']> {
  const url = new URL(`/v1/uploads/${uploadId}/playback`, api);
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (response.ok) return ((await response.json()) as PlaybackResponse).playback;
    if (response.status !== 503 || attempt === MAX_ATTEMPTS) {
      throw new Error(`GET ${url.pathname} returned ${response.status}: ${await response.text()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
