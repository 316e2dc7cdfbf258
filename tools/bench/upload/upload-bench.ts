import { type Bench, type BenchRun, type Measured, OURS, type Series } from '../bench.ts';
import { type Contender, resultsOf, rounds } from '../rounds.ts';
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
      'One file of 1 GiB to the local cloud, from Node and from a headless Chromium; and, in Node, the largest resident memory of the sending process.',
    contenders: UPLOADERS,
    leftOut: [
      'Uppy in Node: it sends by XMLHttpRequest, which Node has not.',
      'A real network: loopback shows what a client costs, not what a line allows. The bench “lossy” adds delay and failures.',
      'Several files at once, which all of them can.',
      'Memory in the browser: Chromium does not tell it for one page alone.',
    ],
    limits: [
      'Client, browser and server share this machine’s cores, so whatever a client computes is taken from all three. Bare PUTs in Chromium, which compute nothing, are themselves less than twice as fast as Uppy 6.3, and about 1.2 times as fast as Uppy 6.3 with its parts signed in advance: twice as fast as those, nobody can be here.',
      'What reelgate does beyond Uppy is the checksum of the whole file. For 256 MiB the page’s processes take about 0.3 s of CPU for it and Chromium’s own 0.1 s, since a file’s part is read twice, once to be sent and once to be summed up; all else that the client does (records, progress, retries) takes 0.07 s.',
      'Sending what the worker has read would spare one reading, and was tried: a body from memory instead of a Blob made 256 MiB take 11 to 19 s instead of 1.3 s, since Chromium copies it between its processes. That is also why lib-storage is slow in a page.',
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
    return judge(size, fromNode, fromPage, growth, version);
  } finally {
    await site.close();
  }
}

type Found = ReadonlyMap<string, readonly Sent[]>;

async function measureNode(run: BenchRun, site: UploadSite, job: SendJob): Promise<Found> {
  const contenders: Contender<Sent>[] = [];
  for (const name of IN_NODE) {
    const bundle = await bundleForNode(name, run.folder);
    contenders.push({ name, run: () => sendFromNode(site, job, bundle) });
  }
  return rounds(run, 'Node', contenders);
}

async function measureBrowser(run: BenchRun, site: UploadSite, job: SendJob) {
  const browser = await openBrowserSite(site);
  try {
    const { version } = browser;
    const contenders = IN_PAGE.map((name) => ({ name, run: () => browser.send(name, job) }));
    return { found: (await rounds(run, 'Chromium', contenders)) as Found, version };
  } finally {
    await browser.close();
  }
}

/** One run each: memory that grows with the file shows at once. */
async function memoryBySize(run: BenchRun, site: UploadSite): Promise<Measured['growth'][0]> {
  const points: Measured['growth'][0]['points'] = [];
  const bundle = await bundleForNode('reelgate', run.folder);
  for (const size of [64, 256, 1024, 2048]) {
    run.say(`memory for ${size} MiB`);
    const job = await site.prepare(size * MIB);
    const { peakBytes = 0 } = await sendFromNode(site, job, bundle);
    points.push({ contender: OURS, x: size, y: peakBytes / MIB });
  }
  return {
    id: 'memory',
    title: 'Peak memory of the client in Node by size of the file',
    x: 'MiB of the file',
    y: 'MiB of memory',
    logarithmic: false,
    points,
  };
}

function judge(
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
      contender: NAMES[name],
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
        contender: NAMES[name],
        unit: 'MB',
        better: 'less' as const,
        values: memory(name),
      })),
    ],
    plotted: [...new Set(all.map(({ measure }) => measure)), 'peak memory in Node'],
    targets: [
      target('Chromium, beside Uppy 6.3', against(fromPage, 'uppy-6'), 2),
      target('Chromium, beside Uppy 5.1', against(fromPage, 'uppy-5'), 1),
      target('Chromium, beside Uppy 6.3, signed in advance', against(fromPage, 'uppy-6-signed'), 2),
      target('Chromium, beside Uppy 5.1, signed in advance', against(fromPage, 'uppy-5-signed'), 1),
      target('Chromium, beside lib-storage', against(fromPage, 'lib-storage'), 1),
      target('Chromium, beside bare PUTs', against(fromPage, 'bare'), 0.9),
      target('Node, beside lib-storage', against(fromNode, 'lib-storage'), 1),
      target('Node, beside bare PUTs', against(fromNode, 'bare'), 0.9),
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
