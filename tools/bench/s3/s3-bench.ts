import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type BenchRun, type Measured, OURS, type Series } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { Bucket } from './bucket.ts';
import { bareStore, type Store, s3Store } from './candidates.ts';
import { completeCost } from './complete-cost.ts';
import { memoryBySize } from './memory-by-size.ts';
import { connections } from './plain-http.ts';
import { startServer } from './server.ts';

const BARE = 'bare Node server';
const KIB = 1024;
const MIB = 1024 ** 2;
const AT_ONCE = 4;

const ENOUGH_MB_PER_SECOND = 300;
const SHARE_OF_BARE = 0.8;

export const s3: Bench = {
  name: 's3',
  prose: {
    title: 'The local S3 alone',
    measures:
      'The throughput of the local S3 over loopback HTTP: writing with four concurrent parts of 32 MiB, reading ranges at offsets that are the same for all, and CompleteMultipartUpload.',
    candidates: [
      {
        name: OURS,
        how: 'the S3 of packages/local-cloud in a process of its own. Parts are sent to presigned URLs with a signed length; each is verified (SigV4), hashed twice (MD5 for the ETag, CRC64NVME for the object), written to disk and recorded in SQLite.',
      },
      {
        name: BARE,
        how: 'tools/bench/peers/bare-server.ts in a process of its own: it writes the body to a file and returns its MD5. It verifies and records nothing, so it is the limit of a Node server here, not a competitor.',
      },
      {
        name: 'both',
        how: 'one sender with four keep-alive connections, which sends the same bytes from memory; both servers read 256 KiB at a time and write to the same disk without syncing.',
      },
    ],
    leftOut: [
      'Other S3 emulators: they are containers or Linux packages, keep objects in memory or do not check signatures, and none can be a dev dependency.',
      'TLS: neither server uses it.',
      'A peer for CompleteMultipartUpload: the bare server does not assemble parts.',
    ],
  },
  run: measureS3,
};

async function measureS3(run: BenchRun): Promise<Measured> {
  const part = new Uint8Array((run.small ? 8 : 32) * MIB).map((_, index) => (index * 31) >>> 3);
  const size = (run.small ? 32 : 512) * MIB;
  const sizes = run.small ? [16 * MIB, 32 * MIB] : [256 * MIB, 1024 * MIB, 2048 * MIB];
  const partCounts = run.small ? [2, 4] : [64, 256, 1_024];
  const throughput = await measureThroughput(run, part, size);
  const completes = await completeCost(run, partCounts);
  const points = await memoryBySize(run, ['s3', 'bare'], sizes, part);
  const memory = points.filter(({ candidate }) => candidate === 's3').map(({ y }) => y);
  const whole = completes.get(String(partCounts.at(-1))) ?? [];
  const writing = (candidate: string) =>
    median(throughput.find((each) => each.candidate === candidate)?.values ?? []);
  const completeOf = run.small
    ? 'complete of 20 MiB in 4 parts'
    : 'complete of 5 GiB in 1,024 parts';
  return {
    series: [
      ...throughput,
      { measure: completeOf, candidate: OURS, unit: 'ms', better: 'less', values: whole },
      {
        measure: `peak memory after ${(sizes.at(-1) ?? 0) / MIB} MiB`,
        candidate: OURS,
        unit: 'MiB',
        better: 'less',
        values: memory.slice(-1),
      },
    ],
    plotted: [...new Set(throughput.map(({ measure }) => measure))],
    targets: [
      {
        // A slow disk or machine slows down the bare server too; then a share of its throughput is enough.
        claim: `writing four parts at a time, compared with the smaller of ${ENOUGH_MB_PER_SECOND} MB/s and ${SHARE_OF_BARE} of the bare server`,
        reached: writing(OURS) / Math.min(ENOUGH_MB_PER_SECOND, SHARE_OF_BARE * writing(BARE)),
        unit: '×',
        bound: 'at least',
        limit: 1,
      },
      { claim: completeOf, reached: median(whole), unit: 'ms', bound: 'at most', limit: 100 },
      {
        claim: `peak memory after ${(sizes.at(-1) ?? 0) / MIB} MiB, compared with ${(sizes[0] ?? 0) / MIB} MiB`,
        reached: (memory.at(-1) ?? Number.NaN) / (memory[0] ?? Number.NaN),
        unit: '×',
        bound: 'at most',
        limit: 1.25,
      },
    ],
    growth: [
      {
        id: 'complete',
        title: 'CompleteMultipartUpload grows with the number of parts',
        x: 'parts of 5 MiB',
        y: 'ms',
        logarithmic: false,
        points: partCounts.map((count) => ({
          candidate: OURS,
          x: count,
          y: median(completes.get(String(count)) ?? []),
        })),
      },
      {
        id: 'memory',
        title: 'Peak memory of the server by received bytes',
        x: 'MiB received',
        y: 'MiB of memory',
        logarithmic: false,
        points: points.map((each) => ({
          ...each,
          candidate: each.candidate === 'bare' ? BARE : OURS,
        })),
      },
    ],
    remarks: [],
  };
}

async function measureThroughput(run: BenchRun, part: Uint8Array, size: number): Promise<Series[]> {
  const s3Server = await startServer('s3', newFolder(run));
  const bareServer = await startServer('bare', newFolder(run));
  const agent = connections(AT_ONCE);
  const bucket = new Bucket(s3Server.endpoint);
  await bucket.create();
  const stores: [string, Store][] = [
    [OURS, s3Store(bucket)],
    [BARE, bareStore(bareServer)],
  ];
  const compare = async (measure: string, work: (store: Store) => Promise<number>) => {
    const found = await rounds(
      run,
      measure,
      stores.map(([name, store]) => ({ name, run: () => work(store) })),
    );
    return stores.map(
      ([candidate]): Series => ({
        measure,
        candidate,
        unit: 'MB/s',
        better: 'more',
        values: [...resultsOf(found, candidate)],
      }),
    );
  };
  try {
    for (const [, store] of stores) await store.store(agent, part, size);
    const reads = (length: number, count: number) => (store: Store) =>
      store.read(agent, AT_ONCE, scattered(count, size - length), length);
    return [
      ...(await compare(
        `writing ${size / MIB} MiB, four parts of ${part.length / MIB} MiB at a time`,
        (store) => store.write(agent, AT_ONCE, part, size),
      )),
      ...(await compare('reading ranges of 8 MiB', reads(8 * MIB, run.small ? 4 : 96))),
      ...(await compare('reading ranges of 64 KiB', reads(64 * KIB, run.small ? 40 : 4_000))),
    ];
  } finally {
    agent.destroy();
    bucket.close();
    await s3Server.close();
    await bareServer.close();
  }
}

function newFolder({ folder }: BenchRun): string {
  return mkdtempSync(join(folder, 'server-'));
}

/** `count` offsets from 0 to `end`, far apart and the same each time. */
function scattered(count: number, end: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor(end * ((index * 0.618034) % 1)));
}
