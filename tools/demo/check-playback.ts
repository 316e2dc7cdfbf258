import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { decodePicture, decodeSound, decodeStill } from '@reelgate/local-cloud/testing';
import type { Playback } from '../../core/contract/upload.ts';
import type { Hosted } from '../cloud/hosted.ts';
import type { DemoRendition } from './demo-result.ts';
import { readDash, readHls } from './manifests.ts';

/**
 * Plays the result as far as a program can: parses both manifests and decodes the poster and the first segment of
 * every rendition and every sound track.
 *
 * @throws Error naming what cannot be parsed or decoded, or differs from its manifest
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

function assert(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(`The result cannot be played: ${problem}.`);
}
