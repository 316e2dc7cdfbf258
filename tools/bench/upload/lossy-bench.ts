import type { Bench, BenchRun, Measured } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { NAMES, UPLOADERS } from './candidates.ts';
import type { PageSender } from './in-page/page.ts';
import { openBrowserSite } from './in-page/send.ts';
import { openLossyNetwork } from './lossy-network.ts';
import { openSite } from './site.ts';

const MIB = 1024 ** 2;
const DELAY_MS = 100;
const EVERY = 10;
const SENDERS: readonly PageSender[] = [
  'reelgate',
  'uppy-5',
  'uppy-5-signed',
  'uppy-6',
  'uppy-6-signed',
  'lib-storage',
  'bare',
];

export const lossy: Bench = {
  name: 'lossy',
  prose: {
    title: 'Uploading one file over a lossy network',
    measures: `One file of 256 MiB from a headless Chromium, through proxies that delay every request to S3 and the API by ${DELAY_MS} ms and respond to every tenth PUT of a part with 500 after receiving all of its bytes. The order of the PUTs decides which ones fail, so it is the same for all candidates.`,
    candidates: [
      ...UPLOADERS,
      {
        name: 'retries',
        how: 'the default of each: Uppy 5.1 waits 0, 1, 3 and 5 s, Uppy 6.3 uses the retries of its S3 client, lib-storage those of the SDK’s standard mode, three attempts. None is configured for this network.',
      },
    ],
    leftOut: [
      'Low bandwidth and interrupted connections: tests in test/browser and packages/client/test cover them for reelgate, but peers differ too much for one figure.',
      'Node: Uppy does not run there.',
    ],
    limits: [
      'Chromium opens six connections to a host, and each part takes two requests, the preflight and the PUT, because each has its own URL. Even bare PUTs, which compute nothing and send failed parts again at once, are barely 1.5 times as fast as Uppy 5.1 and not faster than Uppy 5.1 presigned. No client can be 1.5 times as fast as that here.',
      'The difference between reelgate and bare PUTs is the checksum, as in the bench “upload”. Each part is checksummed while the next one is sent.',
    ],
  },
  run: measureLossy,
};

interface LossySent {
  readonly ms: number;
  readonly failed: number;
}

async function measureLossy(run: BenchRun): Promise<Measured> {
  const size = (run.small ? 24 : 256) * MIB;
  const every = run.small ? 3 : EVERY;
  run.say('starting the local cloud');
  const site = await openSite(run);
  const job = await site.prepare(size);
  const { endpoints, api } = site.cloud.hosted;
  const network = await openLossyNetwork(endpoints.s3, DELAY_MS, every);
  const apiNetwork = await openLossyNetwork(api, DELAY_MS, every);
  const browser = await openBrowserSite(site, {
    [new URL(endpoints.s3).host]: network.address,
    [new URL(api).host]: apiNetwork.address,
  });
  try {
    const found = await rounds<LossySent>(
      run,
      'lossy network',
      SENDERS.map((name) => ({
        name,
        async run() {
          network.reset();
          const { ms } = await browser.send(name, job);
          return { ms, failed: network.failed };
        },
      })),
    );
    return summarize(size, (name) => resultsOf(found, name), browser.version);
  } finally {
    await browser.close();
    await network.close();
    await apiNetwork.close();
    await site.close();
  }
}

function summarize(
  size: number,
  of: (name: PageSender) => readonly LossySent[],
  version: string,
): Measured {
  const measure = `Chromium, ${size / MIB} MiB over the lossy network`;
  const seconds = (name: PageSender) => of(name).map(({ ms }) => ms / 1e3);
  const against = (name: PageSender) => median(seconds(name)) / median(seconds('reelgate'));
  return {
    series: [
      ...SENDERS.map((name) => ({
        measure,
        candidate: NAMES[name],
        unit: 's',
        better: 'less' as const,
        values: seconds(name),
      })),
      ...SENDERS.map((name) => ({
        measure: 'failed parts',
        candidate: NAMES[name],
        unit: '',
        better: 'less' as const,
        values: of(name).map(({ failed }) => failed),
      })),
    ],
    plotted: [measure],
    targets: [
      {
        claim: 'compared with Uppy 5.1',
        reached: against('uppy-5'),
        unit: '×',
        bound: 'at least',
        limit: 1.5,
      },
      {
        claim: 'compared with Uppy 5.1, presigned',
        reached: against('uppy-5-signed'),
        unit: '×',
        bound: 'at least',
        limit: 1.5,
      },
    ],
    growth: [],
    remarks: [`Chromium ${version}, headless.`],
  };
}
