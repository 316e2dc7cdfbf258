import { decodePicture, decodeSound } from '@reelgate/local-cloud/testing';
import type { PlaybackAccess } from '../../../core/contract/wire.ts';
import { readDash, readHls } from '../../../tools/demo/manifests.ts';

/** The largest rendition and the sound, by the manifests and the decoded first segments. */
export interface ConvertedVideo {
  readonly hlsSeconds: number;
  readonly dashSeconds: number;
  readonly picture: Awaited<ReturnType<typeof decodePicture>>;
  readonly frameRate: number;
  /** 0 without sound. */
  readonly channels: number;
  /** The quietest channel, root mean square. */
  readonly loudness: number;
}

export async function convertedVideo(
  playback: Pick<PlaybackAccess, 'hls' | 'dash'>,
): Promise<ConvertedVideo> {
  const bytes = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
  const text = async (url: string) => (await fetch(url)).text();
  const hls = await readHls(playback.hls, text);
  const dash = readDash(playback.dash, await text(playback.dash));
  const largest = hls.renditions.reduce((best, one) => (one.width > best.width ? one : best));
  const picture = await decodePicture(await bytes(largest.init), await bytes(largest.firstSegment));
  const [track] = hls.sound;
  const sound =
    track && (await decodeSound(await bytes(track.init), await bytes(track.firstSegment)));
  // Segments have 6 seconds, the last one less.
  const seconds = Math.min(6, largest.duration);
  return {
    hlsSeconds: Math.max(largest.duration, track?.duration ?? 0),
    dashSeconds: dash.duration,
    picture,
    frameRate: picture.frames / seconds,
    channels: sound?.channels ?? 0,
    loudness: Math.min(...(sound?.channelLoudness ?? [0])),
  };
}
