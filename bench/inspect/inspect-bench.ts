import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type BenchRun, type Growth, type Measured, OURS } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { type BenchServer, startServer } from '../s3/server.ts';
import { median } from '../statistics.ts';
import { findFfprobe } from './ffprobe.ts';
import type { Layout } from './long-video.ts';
import {
  type ProbeAnswer,
  type ProbedBy,
  type ProbeOrder,
  type Prober,
  startProber,
} from './probe.ts';
import { LAYOUT_NAMES, storeVideos } from './stored-videos.ts';

const NAMES: Readonly<Record<ProbedBy, string>> = {
  reelgate: OURS,
  ffmpeg: 'FFmpeg over HTTP',
  ffprobe: 'ffprobe over HTTP',
};

export const inspect: Bench = {
  name: 'inspect',
  prose: {
    title: 'Looking at an uploaded video',
    measures:
      'From “here is an object” to container, codecs, size of the picture and duration, for one MP4 of 1 GB (1080p, 16 Mbit/s, H.264 and AAC, about eight minutes) with its index first, last, and in fragments. Requests and bytes are counted by the server, so for both alike.',
    contenders: [
      {
        name: OURS,
        how: 'the Lambda handler of functions/inspect-media.ts, warm, reading by S3’s GetObject through the AWS SDK. It also judges the file by the policy and writes the transcoding job, which FFmpeg does not.',
      },
      {
        name: NAMES.ffmpeg,
        how: 'what ffprobe does, by FFmpeg 8’s libraries (node-av) inside an equally warm process: `avformat_open_input` on a presigned URL and `avformat_find_stream_info`, all options as ffprobe has them. That spares FFmpeg the start of a process.',
      },
      {
        name: NAMES.ffprobe,
        how: 'the program, started for each file, where this machine has one (on the PATH, or named by FFPROBE); npm brings none that is pinned here. Where there is one the claim is about it, else about FFmpeg’s libraries.',
      },
      {
        name: 'both',
        how: 'the same `local/s3` in a process of its own and the same objects. Both must find the same duration, codecs and size of the picture, or the bench breaks off.',
      },
    ],
    leftOut: [
      'The latency of a real S3, 10 to 30 ms a request: it would add the requests’ number times as much to both.',
      'Containers other than MP4: FFmpeg and the inspector read the heads of WebM and MPEG-TS alike.',
      'mediainfo, which AWS’s solution carries: no package of npm brings it.',
    ],
  },
  run: measureInspection,
};

interface Looked extends ProbeAnswer {
  readonly requests: number;
  readonly bytes: number;
}

async function measureInspection(run: BenchRun): Promise<Measured> {
  const sizes = run.small ? [2_000_000] : [10_000_000, 100_000_000, 1_000_000_000];
  const server = await startServer('local/s3', mkdtempSync(join(run.folder, 'server-')));
  const ffprobe = findFfprobe();
  const prober = await startProber(server.endpoint, ffprobe?.path);
  const probers: ProbedBy[] = ['reelgate', 'ffmpeg', ...(ffprobe ? (['ffprobe'] as const) : [])];
  try {
    const objects = await storeVideos(run, server, sizes);
    const found = await rounds(
      run,
      'inspecting',
      objects.flatMap((object) =>
        probers.map((by) => ({
          name: nameOf(by, object.layout, object.bytes),
          run: () => look(server, prober, { ...object.order, by }),
        })),
      ),
    );
    const measured = judge(sizes, probers, (by, layout, bytes) =>
      resultsOf(found, nameOf(by, layout, bytes)),
    );
    const seen = ffprobe ? `ffprobe ${ffprobe.version}.` : 'No ffprobe was found.';
    return { ...measured, remarks: [seen] };
  } finally {
    prober.close();
    await server.close();
  }
}

type LooksOf = (by: ProbedBy, layout: Layout, bytes: number) => readonly Looked[];

function judge(sizes: readonly number[], probers: readonly ProbedBy[], looks: LooksOf): Measured {
  const largest = sizes.at(-1) ?? 0;
  const megabytes = largest / 1e6;
  const peer = probers.at(-1) ?? 'ffmpeg';
  for (const layout of LAYOUT_NAMES) {
    for (const by of probers) requireSameFacts(by, layout, looks, largest);
  }
  const series = LAYOUT_NAMES.flatMap((layout) =>
    (
      [
        ['time', 'ms', (each: Looked) => each.ms],
        ['reads', 'requests', (each: Looked) => each.requests],
        ['bytes', 'KB', (each: Looked) => each.bytes / 1e3],
      ] as const
    ).flatMap(([what, unit, value]) =>
      probers.map((by) => ({
        measure: `${megabytes} MB, ${layout}: ${what}`,
        contender: NAMES[by],
        unit,
        better: 'less' as const,
        values: looks(by, layout, largest).map(value),
      })),
    ),
  );
  const ours = LAYOUT_NAMES.flatMap((layout) => looks('reelgate', layout, largest));
  const times = (by: ProbedBy, layout: Layout, bytes: number) =>
    median(looks(by, layout, bytes).map(({ ms }) => ms));
  const growth = (id: string, y: string, value: (each: Looked) => number): Growth => ({
    id,
    title: `Index last: ${y} by size of the file`,
    x: 'MB',
    y,
    logarithmic: true,
    points: sizes.flatMap((bytes) =>
      probers.map((by) => ({
        contender: NAMES[by],
        x: bytes / 1e6,
        y: median(looks(by, 'index last', bytes).map(value)),
      })),
    ),
  });
  return {
    series,
    plotted: LAYOUT_NAMES.map((layout) => `${megabytes} MB, ${layout}: time`),
    targets: [
      {
        claim: `most reads, ${megabytes} MB in any layout`,
        reached: Math.max(...ours.map(({ requests }) => requests)),
        unit: '',
        bound: 'at most',
        limit: 12,
      },
      {
        claim: `most bytes, ${megabytes} MB in any layout`,
        reached: Math.max(...ours.map(({ bytes }) => bytes)),
        unit: 'bytes',
        bound: 'at most',
        limit: 1024 ** 2,
      },
      ...LAYOUT_NAMES.map((layout) => ({
        claim: `time beside ${peer === 'ffprobe' ? 'ffprobe' : 'FFmpeg’s libraries'}, ${layout}`,
        reached: times(peer, layout, largest) / times('reelgate', layout, largest),
        unit: '×',
        bound: 'at least' as const,
        limit: 3,
      })),
    ],
    growth: [
      growth('time', 'ms', ({ ms }) => ms),
      growth('bytes', 'KB read', ({ bytes }) => bytes / 1e3),
    ],
    remarks: [],
  };
}

async function look(server: BenchServer, prober: Prober, order: ProbeOrder): Promise<Looked> {
  const before = await server.usage();
  const answer = await prober.probe(order);
  const after = await server.usage();
  return {
    ...answer,
    requests: after.requests - before.requests,
    bytes: after.sentBytes - before.sentBytes,
  };
}

function nameOf(by: ProbedBy, layout: Layout, bytes: number): string {
  return `${by}, ${layout}, ${bytes / 1e6} MB`;
}

function requireSameFacts(by: ProbedBy, layout: Layout, looks: LooksOf, bytes: number): void {
  const [ours] = looks('reelgate', layout, bytes);
  const [theirs] = looks(by, layout, bytes);
  const same =
    ours !== undefined &&
    theirs !== undefined &&
    ours.width === theirs.width &&
    ours.height === theirs.height &&
    ours.codecs.join() === theirs.codecs.join() &&
    Math.abs(ours.durationSeconds - theirs.durationSeconds) < 0.1;
  if (same) return;
  throw new Error(
    `They do not agree on ${layout}: ${JSON.stringify(ours)} and ${JSON.stringify(theirs)}.`,
  );
}
