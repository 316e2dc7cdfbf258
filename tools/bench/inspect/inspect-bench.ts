import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type BenchRun, type Measured, OURS } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { type BenchServer, startServer } from '../s3/server.ts';
import { findFfprobe } from './ffprobe.ts';
import { type Inspection, inspectFigures, NAMES, type Network } from './inspect-figures.ts';
import { type ProbedBy, type ProbeOrder, type Prober, startProber } from './probe.ts';
import { openSlowNetwork } from './slow-network.ts';
import { type StoredVideo, storeVideos } from './stored-videos.ts';

/** Latency of a ranged GET to S3 from within its region, where 10 to 50 ms are reported. */
const DELAY_MS = 30;
/** Inspections of the smallest video before the measurement. */
const WARM_UPS = 20;
/** Pause before each inspection: the server still discards data that the last one requested and did not read. */
const PAUSE_MS = 100;

export const inspect: Bench = {
  name: 'inspect',
  prose: {
    title: 'Inspecting an uploaded video',
    measures:
      'The time to get container, codecs, picture size and duration of one MP4 of 1 GB (1080p, 16 Mbit/s, H.264 and AAC, about eight minutes), with its index first, last, in fragments of two seconds, and in fragments of one frame. The server counts requests and bytes in the same way for all.',
    candidates: [
      {
        name: OURS,
        how: `the Lambda handler of functions/inspect-media.ts, warm (after ${WARM_UPS} inspections of a smaller video), which reads with GetObject of the AWS SDK. It also checks the file against the policy and writes the transcoding job, which the others do not.`,
      },
      {
        name: NAMES.ffprobe,
        how: 'the program with `-show_format -show_streams` and JSON output, started for each file as a worker would; the start is part of the time. npm installs it (@ffprobe-installer/ffprobe, pinned; FFmpeg of July 2023, the latest there); FFPROBE names another one. The claim is about this program. On platforms without it, the claim is about FFmpeg’s libraries and says so.',
      },
      {
        name: NAMES.ffmpeg,
        how: 'the same work by FFmpeg 8’s libraries (node-av) in an equally warm process: `avformat_open_input` on a presigned URL and `avformat_find_stream_info` with the options of ffprobe. This avoids the start of a process. It has no claim, because it is not a usual deployment, but it shows how much of the difference is the start.',
      },
      {
        name: `${DELAY_MS} ms a request`,
        how: `the same server and objects behind a proxy that delays every request by ${DELAY_MS} ms. A real S3 takes 10 to 50 ms for a ranged GET; on loopback a request takes almost no time, which hides the cost of additional requests. With the index first, FFmpeg sends one request and reads as far as it needs. The inspector requests the head and then the rest of the index, so that it never reads more than it uses, and loses most of its advantage by that. Connections cost nothing here, and FFmpeg opens one for each request; TCP and TLS to a real S3 would add one to three round trips to each.`,
      },
      {
        name: 'all',
        how: 'the same local S3 in a process of its own and the same objects, in turns, with a pause of 0.1 s before each inspection, in which the server discards data that was requested and not read. All must find the same duration, codecs and picture size; otherwise the bench fails.',
      },
    ],
    leftOut: [
      'The bandwidth of a real S3: loopback reaches over 1 GB/s. With less, reading more bytes would cost more.',
      'Containers other than MP4: FFmpeg and the inspector both read only the heads of WebM and MPEG-TS.',
      'The program mediainfo, which AWS’s solution uses: reelgate describes the tracks with the same library.',
    ],
  },
  run: measureInspection,
};

async function measureInspection(run: BenchRun): Promise<Measured> {
  const sizes = run.small ? [2_000_000] : [10_000_000, 100_000_000, 1_000_000_000];
  const largest = sizes.at(-1) ?? 0;
  const ffprobe = await findFfprobe(process.env);
  const path = 'path' in ffprobe ? ffprobe.path : undefined;
  const probers: ProbedBy[] = ['reelgate', 'ffmpeg', ...(path ? (['ffprobe'] as const) : [])];
  const server = await startServer('s3', mkdtempSync(join(run.folder, 'server-')));
  const slow = await openSlowNetwork(server.endpoint, DELAY_MS);
  const networks: {
    readonly network: Network;
    readonly endpoint: string;
    readonly prober: Prober;
  }[] = [];
  try {
    for (const [network, { endpoint }] of [
      ['direct', server],
      ['slow', slow],
    ] as const) {
      networks.push({ network, endpoint, prober: await startProber(endpoint, path) });
    }
    const objects = await storeVideos(run, server, sizes);
    if (!run.small) for (const { prober } of networks) await warm(run, prober, objects);
    const inspections = networks.flatMap(({ network, endpoint, prober }) =>
      objects
        .filter(({ bytes }) => network === 'direct' || bytes === largest)
        .flatMap((object) =>
          probers.map((by) => ({
            name: nameOf(by, object.layout, object.bytes, network),
            run: async () =>
              inspectOnce(server, prober, {
                ...object.order,
                by,
                url: await object.urlBy(endpoint),
              }),
          })),
        ),
    );
    const found = await rounds(run, 'inspecting', inspections);
    const measured = inspectFigures(
      { sizes, probers, delayMs: DELAY_MS },
      (by, layout, bytes, network) => resultsOf(found, nameOf(by, layout, bytes, network)),
    );
    return { ...measured, remarks: [remark(ffprobe)] };
  } finally {
    for (const { prober } of networks) prober.close();
    await slow.close();
    await server.close();
  }
}

function remark(ffprobe: Awaited<ReturnType<typeof findFfprobe>>): string {
  if ('path' in ffprobe) return `ffprobe ${ffprobe.version}.`;
  return `No ffprobe was found, so the claim is about FFmpeg’s libraries: ${ffprobe.missing.join('; ')}.`;
}

async function warm(run: BenchRun, prober: Prober, objects: readonly StoredVideo[]): Promise<void> {
  run.say('warm-up');
  const [smallest] = objects;
  if (!smallest) return;
  for (let round = 0; round < WARM_UPS; round += 1) {
    for (const by of ['reelgate', 'ffmpeg'] as const) {
      await prober.probe({ ...smallest.order, by });
    }
  }
}

async function inspectOnce(
  server: BenchServer,
  prober: Prober,
  order: ProbeOrder,
): Promise<Inspection> {
  await sleep(PAUSE_MS);
  const before = await server.usage();
  const response = await prober.probe(order);
  const after = await server.usage();
  return {
    ...response,
    requests: after.requests - before.requests,
    bytes: after.sentBytes - before.sentBytes,
  };
}

function nameOf(by: ProbedBy, layout: string, bytes: number, network: Network): string {
  return `${by}, ${layout}, ${bytes / 1e6} MB, ${network}`;
}
