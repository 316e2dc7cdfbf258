import { type Bench, type BenchRun, type Measured, OURS, type Series } from '../bench.ts';
import { type Candidate, resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { bundleForNode } from './bundles.ts';
import { NAMES, UPLOADERS } from './candidates.ts';
import { sendFromNode } from './in-node/send.ts';
import type { PageSender } from './in-page/page.ts';
import { openBrowserSite } from './in-page/send.ts';
import type { Sent } from './order.ts';
import { openSite, type SendJob, type UploadSite } from './site.ts';

const MIB = 1024 ** 2;
const IN_NODE = ['reelgate', 'lib-storage', 'bare'] as const;
const IN_PAGE: readonly PageSender[] = [
  'reelgate',
  'uppy-6',
  'uppy-5',
  'uppy-6-signed',
  'uppy-5-signed',
  'lib-storage',
  'bare',
];

export const upload: Bench = {
  name: 'upload',
  prose: {
    title: 'Uploading one file',
    measures:
      'One file of 1 GiB to the local cloud, from Node and from a headless Chromium; in Node also the peak resident memory of the sending process.',
    candidates: UPLOADERS,
    leftOut: [
      'Uppy in Node: it needs XMLHttpRequest, which Node does not have.',
      'A real network: loopback shows the cost of a client, not the limit of a connection. The bench “lossy” adds delay and failures.',
      'Several files at once, which all candidates support.',
      'Memory in the browser: Chromium does not report it for a single page.',
    ],
    limits: [
      'Client, browser and server share this machine’s cores, so the CPU time of a client slows down all three. Bare PUTs in Chromium, which compute nothing, are less than twice as fast as Uppy 6.3 and about 1.2 times as fast as Uppy 6.3 presigned. No client can be twice as fast as those here.',
      'The main work of reelgate that Uppy does not do is the checksum of the whole file. For 256 MiB it takes about 0.3 s of CPU time in the page’s processes and 0.1 s in Chromium’s own, because each part is read twice, once to be sent and once to be checksummed. All other work of the client (stored state, progress, retries) takes 0.07 s.',
      'Sending the bytes that the worker has read would avoid the second reading. It was tried: with a body from memory instead of a Blob, 256 MiB took 11 to 19 s instead of 1.3 s, because Chromium copies the body between its processes. This is also why lib-storage is slow in a page.',
    ],
  },
  run: measureUpload,
};

async function measureUpload(run: BenchRun): Promise<Measured> {
  const size = (run.small ? 24 : 1024) * MIB;
  run.say('starting the local cloud');
  const site = await openSite(run);
  try {
    const job = await site.prepare(size);
    const fromNode = await measureNode(run, site, job);
    const { found: fromPage, version } = await measureBrowser(run, site, job);
    const growth = run.small ? [] : [await memoryBySize(run, site)];
    return summarize(size, fromNode, fromPage, growth, version);
  } finally {
    await site.close();
  }
}

type Found = ReadonlyMap<string, readonly Sent[]>;

async function measureNode(run: BenchRun, site: UploadSite, job: SendJob): Promise<Found> {
  const candidates: Candidate<Sent>[] = [];
  for (const name of IN_NODE) {
    const bundle = await bundleForNode(name, run.folder);
    candidates.push({ name, run: () => sendFromNode(site, job, bundle) });
  }
  return rounds(run, 'Node', candidates);
}

async function measureBrowser(run: BenchRun, site: UploadSite, job: SendJob) {
  const browser = await openBrowserSite(site);
  try {
    const { version } = browser;
    const candidates = IN_PAGE.map((name) => ({ name, run: () => browser.send(name, job) }));
    return { found: (await rounds(run, 'Chromium', candidates)) as Found, version };
  } finally {
    await browser.close();
  }
}

/** One run for each size is enough to see whether memory grows with the file. */
async function memoryBySize(run: BenchRun, site: UploadSite): Promise<Measured['growth'][0]> {
  const points: Measured['growth'][0]['points'] = [];
  const bundle = await bundleForNode('reelgate', run.folder);
  for (const size of [64, 256, 1024, 2048]) {
    run.say(`memory for ${size} MiB`);
    const job = await site.prepare(size * MIB);
    const { peakBytes = 0 } = await sendFromNode(site, job, bundle);
    points.push({ candidate: OURS, x: size, y: peakBytes / MIB });
  }
  return {
    id: 'memory',
    title: 'Peak memory of the client in Node by file size',
    x: 'file size in MiB',
    y: 'MiB of memory',
    logarithmic: false,
    points,
  };
}

function summarize(
  size: number,
  fromNode: Found,
  fromPage: Found,
  growth: Measured['growth'],
  version: string,
): Measured {
  const rate = ({ ms }: Sent) => size / 1e3 / ms;
  const series = (where: string, found: Found, names: readonly PageSender[]): Series[] =>
    names.map((name) => ({
      measure: `${where}, ${size / MIB} MiB`,
      candidate: NAMES[name],
      unit: 'MB/s',
      better: 'more',
      values: sentBy(found, name).map(rate),
    }));
  const speed = (found: Found, name: PageSender) => median(sentBy(found, name).map(rate));
  const against = (found: Found, name: PageSender) => speed(found, 'reelgate') / speed(found, name);
  const memory = (name: PageSender) =>
    sentBy(fromNode, name).map(({ peakBytes = 0 }) => peakBytes / 1e6);
  const target = (claim: string, reached: number, limit: number) => ({
    claim,
    reached,
    unit: '×',
    bound: 'at least' as const,
    limit,
  });
  const all = [...series('Node', fromNode, IN_NODE), ...series('Chromium', fromPage, IN_PAGE)];
  return {
    series: [
      ...all,
      ...IN_NODE.map((name) => ({
        measure: 'peak memory in Node',
        candidate: NAMES[name],
        unit: 'MB',
        better: 'less' as const,
        values: memory(name),
      })),
    ],
    plotted: [...new Set(all.map(({ measure }) => measure)), 'peak memory in Node'],
    targets: [
      target('Chromium, compared with Uppy 6.3', against(fromPage, 'uppy-6'), 2),
      target('Chromium, compared with Uppy 5.1', against(fromPage, 'uppy-5'), 1),
      target('Chromium, compared with Uppy 6.3, presigned', against(fromPage, 'uppy-6-signed'), 2),
      target('Chromium, compared with Uppy 5.1, presigned', against(fromPage, 'uppy-5-signed'), 1),
      target('Chromium, compared with lib-storage', against(fromPage, 'lib-storage'), 1),
      target('Chromium, compared with bare PUTs', against(fromPage, 'bare'), 0.9),
      target('Node, compared with lib-storage', against(fromNode, 'lib-storage'), 1),
      target('Node, compared with bare PUTs', against(fromNode, 'bare'), 0.9),
      {
        claim: 'peak memory in Node',
        reached: Math.max(...memory('reelgate')),
        unit: 'MB',
        bound: 'at most',
        limit: 150,
      },
    ],
    growth,
    remarks: [`Chromium ${version}, headless.`],
  };
}

function sentBy(found: Found, name: string): readonly Sent[] {
  return resultsOf(found as ReadonlyMap<string, Sent[]>, name);
}
