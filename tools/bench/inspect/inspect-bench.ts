import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type BenchRun, type Measured, OURS } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { type BenchServer, startServer } from '../s3/server.ts';
import { findFfprobe } from './ffprobe.ts';
import { inspectFigures, type Looked, NAMES, type Road } from './inspect-figures.ts';
import { type ProbedBy, type ProbeOrder, type Prober, startProber } from './probe.ts';
import { openSlowRoad } from './slow-network.ts';
import { type StoredVideo, storeVideos } from './stored-videos.ts';

/** What a ranged GET to S3 takes from within its region, at the usual end of what is told of it: 10 to 50 ms. */
const DELAY_MS = 30;
/** Looks at the smallest video with which a process becomes warm; both do them. */
const WARMING_LOOKS = 20;
/** Before each look: the server still clears away what the one before has not taken, up to a gigabyte. */
const REST_MS = 100;

export const inspect: Bench = {
  name: 'inspect',
  prose: {
    title: 'Looking at an uploaded video',
    measures:
      'From “here is an object” to container, codecs, size of the picture and duration, for one MP4 of 1 GB (1080p, 16 Mbit/s, H.264 and AAC, about eight minutes) with its index first, last, in fragments of two seconds, and in fragments of a picture each. Requests and bytes are counted by the server, so for all alike.',
    contenders: [
      {
        name: OURS,
        how: `the Lambda handler of functions/inspect-media.ts, warm (${WARMING_LOOKS} looks at a smaller video come before), reading by S3’s GetObject through the AWS SDK. It also judges the file by the policy and writes the transcoding job, which the others do not.`,
      },
      {
        name: NAMES.ffprobe,
        how: 'the program, `-show_format -show_streams` as JSON, started for each file as a worker would start it: that start is in its time. npm brings it (@ffprobe-installer/ffprobe, pinned; FFmpeg of July 2023, the latest there); FFPROBE names another one. The claim is about this program; where a platform has none, about FFmpeg’s libraries, and the claim says so.',
      },
      {
        name: NAMES.ffmpeg,
        how: 'what ffprobe does, by FFmpeg 8’s libraries (node-av) inside an equally warm process: `avformat_open_input` on a presigned URL and `avformat_find_stream_info`, all options as ffprobe has them. That spares FFmpeg the start of a process. Without a target: nobody deploys it so, but it shows how much of the difference is the start.',
      },
      {
        name: `${DELAY_MS} ms a request`,
        how: `the same server and objects behind a road on which every request arrives ${DELAY_MS} ms later. A real S3 takes 10 to 50 ms for a ranged GET; on loopback a request costs next to nothing, which hides what the number of requests is worth. With the index first FFmpeg asks once and reads on as far as it needs; the inspector asks for the head and then for the rest of the index, so that it never takes more than it uses, and gives up most of its lead for that. Making a connection costs nothing here, and FFmpeg makes one for each request; TCP and TLS to a real S3 would add one to three round trips to each.`,
      },
      {
        name: 'all',
        how: 'the same `local/s3` in a process of its own and the same objects, in turns, with a tenth of a second of rest before each look, in which the server clears away what the one before has asked for and not taken. All must find the same duration, codecs and size of the picture, or the bench breaks off.',
      },
    ],
    leftOut: [
      'The bandwidth of a real S3: loopback carries over 1 GB/s. Whoever reads more bytes would lose more.',
      'Containers other than MP4: FFmpeg and the inspector read the heads of WebM and MPEG-TS alike.',
      'mediainfo, which AWS’s solution carries: no package of npm brings it.',
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
  const server = await startServer('local/s3', mkdtempSync(join(run.folder, 'server-')));
  const slow = await openSlowRoad(server.endpoint, DELAY_MS);
  const roads: { readonly road: Road; readonly endpoint: string; readonly prober: Prober }[] = [];
  try {
    for (const [road, { endpoint }] of [
      ['direct', server],
      ['slow', slow],
    ] as const) {
      roads.push({ road, endpoint, prober: await startProber(endpoint, path) });
    }
    const objects = await storeVideos(run, server, sizes);
    if (!run.small) for (const { prober } of roads) await warm(run, prober, objects);
    const looks = roads.flatMap(({ road, endpoint, prober }) =>
      objects
        .filter(({ bytes }) => road === 'direct' || bytes === largest)
        .flatMap((object) =>
          probers.map((by) => ({
            name: nameOf(by, object.layout, object.bytes, road),
            run: async () =>
              look(server, prober, { ...object.order, by, url: await object.urlBy(endpoint) }),
          })),
        ),
    );
    const found = await rounds(run, 'inspecting', looks);
    const measured = inspectFigures(
      { sizes, probers, delayMs: DELAY_MS },
      (by, layout, bytes, road) => resultsOf(found, nameOf(by, layout, bytes, road)),
    );
    return { ...measured, remarks: [remark(ffprobe)] };
  } finally {
    for (const { prober } of roads) prober.close();
    await slow.close();
    await server.close();
  }
}

function remark(ffprobe: Awaited<ReturnType<typeof findFfprobe>>): string {
  if ('path' in ffprobe) return `ffprobe ${ffprobe.version}.`;
  return `No ffprobe was found, so the claim is held against FFmpeg’s libraries: ${ffprobe.missing.join('; ')}.`;
}

async function warm(run: BenchRun, prober: Prober, objects: readonly StoredVideo[]): Promise<void> {
  run.say('warming');
  const [smallest] = objects;
  if (!smallest) return;
  for (let round = 0; round < WARMING_LOOKS; round += 1) {
    for (const by of ['reelgate', 'ffmpeg'] as const) {
      await prober.probe({ ...smallest.order, by });
    }
  }
}

async function look(server: BenchServer, prober: Prober, order: ProbeOrder): Promise<Looked> {
  await sleep(REST_MS);
  const before = await server.usage();
  const answer = await prober.probe(order);
  const after = await server.usage();
  return {
    ...answer,
    requests: after.requests - before.requests,
    bytes: after.sentBytes - before.sentBytes,
  };
}

function nameOf(by: ProbedBy, layout: string, bytes: number, road: Road): string {
  return `${by}, ${layout}, ${bytes / 1e6} MB, ${road}`;
}
