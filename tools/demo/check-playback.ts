import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { decodePicture, decodeSound, decodeStill } from '@reelgate/local-cloud/testing';
import type { Playback } from '../../core/contract/upload.ts';
import type { Hosted } from '../cloud/hosted.ts';
import type { DemoRendition } from './demo-result.ts';
import { readDash, readHls } from './manifests.ts';

/**
 * Plays what came out as far as a program can: parses both manifests, decodes the first segment of every
 * rendition and of the sound, and the poster.
 * @throws Error naming what does not parse, does not decode, or is not what its manifest says
 */
export async function checkPlayback(
  hosted: Hosted,
  playback: Playback,
  say: (line: string) => void,
): Promise<{ readonly renditions: readonly DemoRendition[] }> {
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint: hosted.endpoints.s3,
    credentials: hosted.operator,
  });
  const bytes = async (key: string) => {
    const got = await s3.send(new GetObjectCommand({ Bucket: hosted.outputBucket, Key: key }));
    return (await got.Body?.transformToByteArray()) ?? new Uint8Array();
  };
  const text = async (key: string) => Buffer.from(await bytes(key)).toString('utf8');
  try {
    const hls = await readHls(playback.hls, text);
    const dash = readDash(playback.dash, await text(playback.dash));
    demand(
      dash.video.length === hls.renditions.length,
      `HLS names ${hls.renditions.length} renditions, DASH ${dash.video.length}`,
    );
    for (const rendition of hls.renditions) {
      const name = `${rendition.width}x${rendition.height}`;
      const picture = await decodePicture(
        await bytes(rendition.init),
        await bytes(rendition.firstSegment),
      );
      demand(
        picture.width === rendition.width && picture.height === rendition.height,
        `the rendition ${name} decodes to ${picture.width}x${picture.height}`,
      );
      demand(picture.frames > 0, `the rendition ${name} has no picture in its first segment`);
      say(`Decoded ${picture.frames} pictures of ${name}.`);
    }
    for (const track of hls.sound) {
      const sound = await decodeSound(await bytes(track.init), await bytes(track.firstSegment));
      demand(sound.samples > 0, 'the sound has no sample in its first segment');
      say(`Decoded ${sound.samples} samples of sound at ${sound.sampleRate} Hz.`);
    }
    const poster = await decodeStill(await bytes(playback.poster));
    demand(poster.width > 0, 'the poster does not decode');
    return {
      renditions: hls.renditions.map(({ width, height, codecs, bandwidth }) => ({
        width,
        height,
        codecs,
        bandwidth,
      })),
    };
  } finally {
    s3.destroy();
  }
}

function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(`The result cannot be played: ${otherwise}.`);
}
