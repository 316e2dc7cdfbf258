import { Agent } from 'node:http';
import type { BenchRun } from '../bench.ts';
import { type Contender, rounds } from '../rounds.ts';
import { Bucket } from './bucket.ts';
import { put } from './plain-http.ts';
import { startServer } from './server.ts';

const MIB = 1024 ** 2;
/** S3's smallest part: the most parts that a size can have. */
export const SMALLEST_PART = 5 * MIB;

/**
 * Milliseconds of CompleteMultipartUpload by number of parts of 5 MiB. The parts come from another object inside
 * the server (UploadPartCopy), which stores and hashes them as if they were sent.
 */
export async function completeCost(
  run: BenchRun,
  partCounts: readonly number[],
): Promise<ReadonlyMap<string, number[]>> {
  const server = await startServer('local/s3', run.folder);
  const agent = new Agent();
  try {
    const bucket = await Bucket.make(server.endpoint);
    const seed = await bucket.begin('seed', { size: SMALLEST_PART, partSize: SMALLEST_PART });
    const etag = await put(agent, seed.parts[0]?.url ?? '', new Uint8Array(SMALLEST_PART));
    await bucket.complete(seed, [{ PartNumber: 1, ETag: etag }]);
    const complete = (count: number): Contender<number> => ({
      name: String(count),
      async run() {
        const size = count * SMALLEST_PART;
        const upload = await bucket.begin('whole', { size, partSize: SMALLEST_PART });
        const parts = await bucket.fillFrom('seed', upload);
        const ms = await bucket.complete(upload, parts);
        await bucket.remove('whole');
        return ms;
      },
    });
    return await rounds({ ...run, say: run.say }, 'complete', partCounts.map(complete));
  } finally {
    agent.destroy();
    await server.close();
  }
}
