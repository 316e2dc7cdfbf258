import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchRun } from '../bench.ts';
import { BUCKET, Bucket } from '../s3/bucket.ts';
import type { BenchServer } from '../s3/server.ts';
import { LAYOUTS, type Layout, makeClip, repeatClip } from './long-video.ts';
import type { ProbeOrder } from './probe.ts';

export const LAYOUT_NAMES = Object.keys(LAYOUTS) as Layout[];

/** One video in the server's bucket. */
export interface StoredVideo {
  readonly layout: Layout;
  /** The requested size; the file is slightly larger. */
  readonly bytes: number;
  readonly order: Omit<ProbeOrder, 'by'>;
  /** A presigned URL for another endpoint of the same server. */
  urlBy(endpoint: string): Promise<string>;
}

/** Makes a video of each size in each layout and stores it. */
export async function storeVideos(
  run: BenchRun,
  server: BenchServer,
  sizes: readonly number[],
): Promise<StoredVideo[]> {
  const bucket = new Bucket(server.endpoint);
  await bucket.create();
  run.say('encoding the clip');
  const clip = await makeClip(run.folder);
  const objects: StoredVideo[] = [];
  for (const bytes of sizes) {
    for (const layout of LAYOUT_NAMES) {
      run.say(`making ${bytes / 1e6} MB, ${layout}`);
      const key = `${layout.replaceAll(' ', '-')}-${bytes}.mp4`;
      const path = join(run.folder, key);
      await repeatClip(clip, path, layout, bytes);
      const { size } = await stat(path);
      const etag = await bucket.storeFile(key, path);
      await rm(path);
      const url = await bucket.urlOf(key);
      objects.push({
        layout,
        bytes,
        order: { bucket: BUCKET, key, etag, size, url },
        async urlBy(endpoint) {
          const there = new Bucket(endpoint);
          try {
            return await there.urlOf(key);
          } finally {
            there.close();
          }
        },
      });
    }
  }
  bucket.close();
  return objects;
}
