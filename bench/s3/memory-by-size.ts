import type { BenchRun, Growth } from '../bench.ts';
import { Bucket } from './bucket.ts';
import { bareStore, s3Store } from './contenders.ts';
import { connections } from './plain-http.ts';
import { type ServerKind, startServer } from './server.ts';

const AT_ONCE = 4;

/** Largest resident memory, in MiB, of a fresh server that has received so many bytes. */
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
      const server = await startServer(kind, folder);
      const store =
        kind === 'bare' ? bareStore(server) : s3Store(await Bucket.make(server.endpoint));
      await store.write(agent, AT_ONCE, body, size);
      points.push({
        contender: kind,
        x: size / 1024 ** 2,
        y: (await server.peakBytes()) / 1024 ** 2,
      });
      await server.close();
    }
  }
  agent.destroy();
  return points;
}
