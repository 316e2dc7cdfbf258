import { createCipheriv } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const VIDEO = join(import.meta.dirname, '..', 'fixtures', 'media', 'sample_video_only.mp4');
const CHUNK = 1024 ** 2;

/**
 * Writes a valid video of exactly `size` bytes: one second of film, then a `free` box (ISO/IEC 14496-12,
 * 8.1.2) of noise, so that no two parts are equal.
 */
export async function writePaddedVideo(path: string, size: number): Promise<void> {
  const film = await stat(VIDEO);
  const padding = size - film.size;
  const header = Buffer.alloc(8);
  if (padding < header.length || padding >= 2 ** 32) {
    throw new RangeError(`A padded video has ${film.size + 8} bytes to 4 GiB; got ${size}.`);
  }
  header.writeUInt32BE(padding);
  header.write('free', 4, 'latin1');
  await pipeline(async function* () {
    yield* createReadStream(VIDEO);
    yield header;
    const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
    for (let left = padding - header.length; left > 0; left -= CHUNK) {
      yield noise.update(Buffer.alloc(Math.min(CHUNK, left)));
    }
  }, createWriteStream(path));
}
