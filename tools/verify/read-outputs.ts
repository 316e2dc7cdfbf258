import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { decodePicture, decodeSound } from '@reelgate/local-cloud/testing';
import type { Playback } from '../../core/contract/wire.ts';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import { readDash, readHls } from '../demo/manifests.ts';
import type { Deployment } from './deployment.ts';
import type { FoundOutputs } from './findings.ts';

/** Lists the outputs of a video, reads its manifests and decodes its first segments. */
export async function readOutputs(
  { s3, outputBucket }: Deployment,
  uploadId: string,
  playback: Playback,
): Promise<FoundOutputs> {
  const keys: string[] = [];
  const listing = { Bucket: outputBucket, Prefix: outputPrefix(uploadId) };
  for await (const page of paginateListObjectsV2({ client: s3 }, listing)) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
  }
  const bytes = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };
  const text = async (key: string) => Buffer.from(await bytes(key)).toString('utf8');
  try {
    const hls = await readHls(playback.hls, text);
    readDash(playback.dash, await text(playback.dash));
    const [largest] = [...hls.renditions].sort((a, b) => b.height - a.height);
    const [track] = hls.sound;
    const picture =
      largest &&
      (await decodePicture(await bytes(largest.init), await bytes(largest.firstSegment)));
    const sound =
      track && (await decodeSound(await bytes(track.init), await bytes(track.firstSegment)));
    return {
      keys,
      renditions: hls.renditions.map(({ width, height }) => ({ width, height })),
      ...(picture && { combing: picture.combing }),
      ...(sound && { channels: sound.channels, loudness: sound.loudness }),
    };
  } catch (error) {
    return { keys, renditions: [], problem: (error as Error).message };
  }
}
