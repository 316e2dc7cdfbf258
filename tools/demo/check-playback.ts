import { decodePicture, decodeSound, decodeStill } from '@reelgate/local-cloud/testing';
import type { PlaybackAccess } from '../../core/contract/wire.ts';
import type { DemoRendition } from './demo-result.ts';
import { readDash, readHls } from './manifests.ts';

/**
 * Plays a video as a viewer, as far as a program can: reads both manifests by their addresses, and decodes the poster and
 * the first segment of every rendition and every sound track.
 *
 * @throws Error naming what cannot be read, parsed or decoded, or differs from its manifest
 */
export async function checkPlayback(
  playback: Pick<PlaybackAccess, 'hls' | 'dash' | 'poster' | 'storyboard'>,
  say: (line: string) => void,
): Promise<{ readonly renditions: readonly DemoRendition[] }> {
  const hls = await readHls(playback.hls, text);
  const dash = readDash(playback.dash, await text(playback.dash));
  assert(
    dash.video.length === hls.renditions.length,
    `HLS has ${hls.renditions.length} renditions, DASH has ${dash.video.length}`,
  );
  for (const rendition of hls.renditions) {
    const name = `${rendition.width}x${rendition.height}`;
    const picture = await decodePicture(
      await bytes(rendition.init),
      await bytes(rendition.firstSegment),
    );
    assert(
      picture.width === rendition.width && picture.height === rendition.height,
      `rendition ${name} decodes to ${picture.width}x${picture.height}`,
    );
    assert(picture.frames > 0, `the first segment of rendition ${name} has no frame`);
    say(`Played ${name}: ${picture.frames} frames of its first segment.`);
  }
  for (const track of hls.sound) {
    const sound = await decodeSound(await bytes(track.init), await bytes(track.firstSegment));
    assert(sound.samples > 0, 'the first segment of the sound has no sample');
    say(`Played the sound: ${sound.samples} samples at ${sound.sampleRate} Hz.`);
  }
  const poster = await decodeStill(await bytes(playback.poster));
  assert(poster.width > 0, 'the poster cannot be decoded');
  const [picture] = storyboardPictures(playback.storyboard, await text(playback.storyboard));
  assert(picture !== undefined, 'the storyboard names no picture');
  const thumbnail = await decodeStill(await bytes(picture));
  assert(thumbnail.width > 0, 'the first picture of the storyboard cannot be decoded');
  return {
    renditions: hls.renditions.map(({ width, height, codecs, bandwidth }) => ({
      width,
      height,
      codecs,
      bandwidth,
    })),
  };
}

/** Addresses of the pictures that a storyboard names. */
export function storyboardPictures(url: string, vtt: string): readonly string[] {
  const named = [...vtt.matchAll(/^(\S+\.jpg)#xywh=/gm)].map(([, name = '']) => name);
  return named.map((name) => new URL(name, url).href);
}

async function text(url: string): Promise<string> {
  return Buffer.from(await bytes(url)).toString('utf8');
}

async function bytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  // The address contains a token: an error names the file only.
  const { pathname } = new URL(url);
  if (!response.ok) {
    throw new Error(`GET ${pathname.split('/').at(-1)} returned ${response.status}; expected 200.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

function assert(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(`The result cannot be played: ${problem}.`);
}
