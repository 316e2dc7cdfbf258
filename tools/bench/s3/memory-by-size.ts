import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRun, Growth } from '../bench.ts';
import { Bucket } from './bucket.ts';
import { bareStore, s3Store } from './candidates.ts';
import { connections } from './plain-http.ts';
import { type ServerKind, startServer } from './server.ts';

const AT_ONCE = 4;

/** Peak resident memory, in MiB, of a fresh server after receiving each number of bytes. */
export async function memoryBySize(
  { say, folder }: BenchRun,
  kinds: readonly ServerKind[],
  sizes: readonly number[],
  body: Uint8Array,
): Promise<Growth['points']> {
  const points: Growth['points'] = [];
  const agent = connections(AT_ONCE);
  for (const kind of kinds) {
    for (const size of sizes) {
      say(`memory of ${kind} after ${size / 1024 ** 2} MiB`);
      const server = await startServer(kind, mkdtempSync(join(folder, 'server-')));
      const bucket = new Bucket(server.endpoint);
      if (kind === 's3') await bucket.create();
      const store = kind === 'bare' ? bareStore(server) : s3Store(bucket);
      await store.write(agent, AT_ONCE, body, size);
      points.push({
        candidate: kind,
        x: size / 1024 ** 2,
        y: (await server.usage()).peakBytes / 1024 ** 2,
      });
      bucket.close();
      await server.close();
    }
  }
  agent.destroy();
  return points;
}
