import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeMedia } from '@reelgate/local-cloud/testing';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';

/** A video of half a second without sound, whose transcoding takes very little time. */
export async function tinyVideo(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const out = join(folder, 'tiny.mp4');
  Log.setLevel(AV_LOG_ERROR);
  await makeMedia({
    out,
    video: {
      graph: 'testsrc2=size=64x64:rate=10:duration=0.5,format=yuv420p',
      encoder: 'libx264',
      options: { preset: 'ultrafast' },
    },
  });
  return new Uint8Array(await readFile(out));
}
