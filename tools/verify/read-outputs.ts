import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { decodePicture, decodeSound } from '@reelgate/local-cloud/testing';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import { readDash, readHls } from '../demo/manifests.ts';
import type { Deployment } from './deployment.ts';
import type { FoundOutputs } from './findings.ts';

/** Lists the outputs of a video, reads its manifests and decodes its first segments. */
export async function readOutputs(
  { s3, outputBucket }: Deployment,
  uploadId: string,
): Promise<FoundOutputs> {
  const keys: string[] = [];
  const listing = { Bucket: outputBucket, Prefix: outputPrefix(uploadId) };
  for await (const page of paginateListObjectsV2({ client: s3 }, listing)) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
  }
  const bytes = async (url: string) => {
    const Key = decodeURIComponent(new URL(url).pathname.slice(1));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: outputBucket, Key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };
  const text = async (url: string) => Buffer.from(await bytes(url)).toString('utf8');
  try {
    const manifest = (name: string) => `s3://${outputBucket}/${outputPrefix(uploadId)}${name}`;
    const hls = await readHls(manifest('index.m3u8'), text);
    readDash(manifest('index.mpd'), await text(manifest('index.mpd')));
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
