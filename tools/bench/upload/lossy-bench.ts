import type { Bench, BenchRun, Measured } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { NAMES, UPLOADERS } from './candidates.ts';
import type { PageSender } from './in-page/page.ts';
import { openBrowserSite } from './in-page/send.ts';
import { openLossyRoad } from './lossy-network.ts';
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
    title: 'Uploading one file over a bad road',
    measures: `One file of 256 MiB from a headless Chromium, through proxies that make every request, of S3 and of the API, ${DELAY_MS} ms longer and answer every tenth PUT of a part with 500, after all of its bytes have come. Which PUTs fail follows from their order, so it is the same for all.`,
    contenders: [
      ...UPLOADERS,
      {
        name: 'retries',
        how: 'each as it comes: Uppy 5.1 waits 0, 1, 3 and 5 s, Uppy 6.3 as its S3 client does, lib-storage by the SDK’s standard mode of three attempts. None is told of the road.',
      },
    ],
    leftOut: [
      'Narrow lines and connections that break off: test/browser and test/local have them for reelgate; peers differ too much there for one figure.',
      'Node, where Uppy does not run.',
    ],
    limits: [
      'Chromium opens six connections to a host, and each part takes two requests, the preflight and the PUT, since each has its own URL. So even bare PUTs, which compute nothing and send again at once what has failed, are hardly one and a half times as fast as Uppy 5.1, and not faster than Uppy 5.1 with its parts signed in advance: 1.5 times as fast as that, nobody can be here.',
      'What is between reelgate and the bare PUTs is the checksum, as in the bench “upload”. Each part is summed up while the next one is sent.',
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
  const road = await openLossyRoad(endpoints.s3, DELAY_MS, every);
  const roadToApi = await openLossyRoad(api, DELAY_MS, every);
  const browser = await openBrowserSite(site, {
    [new URL(endpoints.s3).host]: road.address,
    [new URL(api).host]: roadToApi.address,
  });
  try {
    const found = await rounds<LossySent>(
      run,
      'bad road',
      SENDERS.map((name) => ({
        name,
        async run() {
          road.reset();
          const { ms } = await browser.send(name, job);
          return { ms, failed: road.failed };
        },
      })),
    );
    return judge(size, (name) => resultsOf(found, name), browser.version);
  } finally {
    await browser.close();
    await road.close();
    await roadToApi.close();
    await site.close();
  }
}

function judge(
  size: number,
  of: (name: PageSender) => readonly LossySent[],
  version: string,
): Measured {
  const measure = `Chromium, ${size / MIB} MiB over the bad road`;
  const seconds = (name: PageSender) => of(name).map(({ ms }) => ms / 1e3);
  const against = (name: PageSender) => median(seconds(name)) / median(seconds('reelgate'));
  return {
    series: [
      ...SENDERS.map((name) => ({
        measure,
        contender: NAMES[name],
        unit: 's',
        better: 'less' as const,
        values: seconds(name),
      })),
      ...SENDERS.map((name) => ({
        measure: 'parts that failed on the way',
        contender: NAMES[name],
        unit: '',
        better: 'less' as const,
        values: of(name).map(({ failed }) => failed),
      })),
    ],
    plotted: [measure],
    targets: [
      {
        claim: 'beside Uppy 5.1',
        reached: against('uppy-5'),
        unit: '×',
        bound: 'at least',
        limit: 1.5,
      },
      {
        claim: 'beside Uppy 5.1, signed in advance',
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
