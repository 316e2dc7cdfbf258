import { createReadStream, mkdtempSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { transcodeOnce } from '@reelgate/local-cloud/engines';
import type { MediaFacts } from '../../../core/contract/media.ts';
import { transcodeJob } from '../../../core/transcoding/transcode-job.ts';
import { makeSampleVideo } from '../../sample-video/make-sample-video.ts';
import { type Bench, type BenchRun, type Measured, OURS } from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { CREDENTIALS } from '../s3/bucket.ts';
import { startServer } from '../s3/server.ts';
import { median } from '../statistics.ts';
import { findFfmpeg, runFfmpeg } from './ffmpeg-program.ts';
import { ladderCommand } from './ladder-command.ts';

const PEER = 'the ffmpeg program';
const MEASURE = 'transcoding';
const [WIDTH, HEIGHT] = [1280, 720];
const BUCKET = 'bench';
const REGION = 'us-east-1';

export const transcode: Bench = {
  name: 'transcode',
  prose: {
    title: 'Transcoding in the local cloud',
    measures:
      'The time to make every output of the product’s job from the sample video of the demo (20 s of 1280x720 with 30 frames a second, 24 MB): four renditions in H.264, sound, poster and storyboard. It includes the start of the process.',
    candidates: [
      {
        name: OURS,
        how: 'the transcoder of the local MediaConvert in a process of its own, as each job has it: it reads the source from the local S3 and stores segments, manifests and pictures there.',
      },
      {
        name: PEER,
        how: 'one command that decodes the same file once and makes the same sizes with the same encoder, preset, quality and limits, the same sound and pictures, and writes them into a folder: the one in FFMPEG, else the one on the PATH. Without one there is no claim.',
      },
      { name: 'both', how: 'in turns, on the same file.' },
    ],
    leftOut: ['MediaConvert on AWS, which takes longer to start a job than this takes to end.'],
    limits: [
      'Most of the time is x264’s. The preset `superfast` takes three times as long as `ultrafast`, which is the one in use.',
    ],
  },
  run: measureTranscoding,
};

async function measureTranscoding(run: BenchRun): Promise<Measured> {
  const seconds = run.small ? 2 : 20;
  const file = join(run.folder, 'sample.mp4');
  const sample = { out: file, seconds, width: WIDTH, height: HEIGHT, megabytes: 1.2 * seconds };
  await makeSampleVideo(sample);
  const facts = factsOf(seconds);
  const program = findFfmpeg(process.env);
  const server = await startServer('s3', mkdtempSync(join(run.folder, 'server-')));
  const s3 = new S3Client({
    endpoint: server.endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    forcePathStyle: true,
  });
  try {
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const body = { Body: createReadStream(file), ContentLength: statSync(file).size };
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'source', ...body }));
    const found = await rounds(run, MEASURE, [
      { name: OURS, run: () => timed(() => ours(run, server.endpoint, facts)) },
      ...(typeof program === 'string'
        ? []
        : [{ name: PEER, run: () => timed(() => theirs(run, program.path, file, facts)) }]),
    ]);
    return figures(found, program);
  } finally {
    s3.destroy();
    await server.close();
  }
}

type Found = Parameters<typeof resultsOf<number>>[0];

function figures(found: Found, program: ReturnType<typeof findFfmpeg>): Measured {
  const names = typeof program === 'string' ? [OURS] : [OURS, PEER];
  const values = (name: string) => [...resultsOf(found, name)];
  return {
    series: names.map((candidate) => ({
      measure: MEASURE,
      candidate,
      unit: 's',
      better: 'less',
      values: values(candidate),
    })),
    plotted: [MEASURE],
    targets: names.slice(1).map((peer) => ({
      claim: `speed compared with ${peer}`,
      reached: median(values(peer)) / median(values(OURS)),
      unit: '×',
      bound: 'at least',
      limit: 0.9,
    })),
    growth: [],
    remarks: [
      typeof program === 'string'
        ? `No ffmpeg was found, so nothing was compared: ${program}`
        : `ffmpeg ${program.version}.`,
    ],
  };
}

async function ours(run: BenchRun, s3Endpoint: string, facts: MediaFacts): Promise<void> {
  const job = transcodeJob({
    uploadId: 'bench',
    facts,
    sourceBucket: BUCKET,
    sourceKey: 'source',
    outputBucket: BUCKET,
    clientRequestToken: 'bench',
  });
  const groups = await transcodeOnce({
    settings: onTheWire(job.Settings),
    s3Endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    folder: mkdtempSync(join(run.folder, 'job-')),
  });
  const [longest] = groups.flatMap(({ outputDetails }) => outputDetails);
  requireLength((longest?.durationInMs ?? 0) / 1000, facts);
}

async function theirs(run: BenchRun, path: string, file: string, facts: MediaFacts) {
  const folder = mkdtempSync(join(run.folder, 'ffmpeg-'));
  await runFfmpeg(path, ladderCommand(file, folder, facts));
  const made = await readdir(folder);
  if (made.length < 6) throw new Error(`ffmpeg made only ${made.join(', ')}.`);
}

function requireLength(seconds: number, { durationSeconds }: MediaFacts): void {
  if (Math.abs(seconds - durationSeconds) < 0.1) return;
  throw new Error(`The outputs have ${seconds} s; expected ${durationSeconds} s.`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Members of CreateJob begin with a small letter in a request; names of selectors do not change. */
function onTheWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onTheWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name.includes(' ') ? name : name.charAt(0).toLowerCase() + name.slice(1),
      onTheWire(member),
    ]),
  );
}

function factsOf(durationSeconds: number): MediaFacts {
  return {
    container: 'mp4',
    durationSeconds,
    video: [
      {
        codec: 'h264',
        codedWidth: WIDTH,
        codedHeight: HEIGHT,
        displayWidth: WIDTH,
        displayHeight: HEIGHT,
        rotation: 0,
        pixelAspectRatio: 1,
        frameRate: 30,
      },
    ],
    audio: [{ codec: 'aac', channels: 2, sampleRate: 48_000, number: 1 }],
    otherTracks: 0,
  };
}
