import {
  type Bench,
  type BenchRun,
  type Growth,
  type Measured,
  OURS,
  type Series,
} from '../bench.ts';
import { resultsOf, rounds } from '../rounds.ts';
import { median, quantile } from '../statistics.ts';
import { type Batch, runBatch } from './batch.ts';
import { tinyVideo } from './tiny-video.ts';

export const workflow: Bench = {
  name: 'workflow',
  prose: {
    title: 'From a completed upload to its job, alone and in batches',
    measures:
      'The deployed templates on the local cloud: API, S3, events, workflow, functions and database in one process, transcoding in others. `complete` is called at the same moment for all uploads of a batch; the times of the ends are those in the workflow’s history.',
    candidates: [
      {
        name: OURS,
        how: 'uploads of a video of half a second (64 × 64, no sound), so that transcoding takes little CPU time. “Complete to CreateJob” is the time from the client’s call until the workflow creates the job, with API Gateway, token check, CompleteMultipartUpload, the event, the claim, the inspection and the quota transaction.',
      },
      {
        name: 'at once',
        how: 'uploads are created and sent first, which is not measured. The local MediaConvert runs two jobs at a time, one for each core, and queues the rest. Therefore the time until the last job is created (reelgate) and the time until the last video is ready (FFmpeg) are separate. A function has at most eight environments here, and API Gateway waits 30 s for one: a `complete` that gets 503 is retried, as clients do, and the retries are counted.',
      },
    ],
    leftOut: [
      'A peer: AWS’s Video on Demand solution cannot run here (it needs MediaPackage, custom resources and a deployment). The bench “cost” uses its documented counts.',
      'The latency of the real services: Step Functions takes about 20 to 50 ms for a transition, the local engine much less.',
      'Cold starts, which the bench “cold” measures: every function has one warm environment.',
    ],
  },
  run: measureWorkflow,
};

async function measureWorkflow(run: BenchRun): Promise<Measured> {
  const sizes = run.small ? [2, 4] : [50, 150, 500];
  const video = await tinyVideo(run.folder);
  run.say('starting the local cloud');
  const cloud = await run.openCloud();
  try {
    const alone = resultsOf(
      await rounds(run, 'one upload alone', [
        { name: OURS, run: () => runBatch(cloud, video, 1, run.say) },
      ]),
      OURS,
    );
    const batches: Batch[] = [];
    for (const size of sizes) batches.push(await runBatch(cloud, video, size, run.say));
    return summarize(alone, batches);
  } finally {
    await cloud.close();
  }
}

function summarize(alone: readonly Batch[], batches: readonly Batch[]): Measured {
  const toCreateJob = alone.flatMap((batch) => batch.toCreateJob);
  const everyBatch = [...alone, ...batches];
  const smallest = batches[0];
  const largest = batches.at(-1);
  if (!smallest || !largest) throw new RangeError('There is no batch; expected at least one.');
  return {
    series: [
      ours('complete to CreateJob, alone', 'ms', toCreateJob),
      ours(
        'state transitions',
        '',
        alone.flatMap((batch) => batch.transitions),
      ),
      ours(
        'Lambda invocations of the workflow',
        '',
        alone.flatMap((batch) => batch.lambdaInvocations),
      ),
      ours(
        'Lambda invocations with API and progress',
        '',
        alone.map((batch) => batch.invocationsPerUpload),
      ),
      ours(
        'complete to ready, alone',
        'ms',
        alone.map((batch) => batch.wallSeconds * 1_000),
      ),
      ...batches.flatMap((batch) => [
        ours(`${batch.uploads} at once: complete to CreateJob, median`, 'ms', [
          median(batch.toCreateJob),
        ]),
        ours(`${batch.uploads} at once: complete to CreateJob, 95th percentile`, 'ms', [
          quantile(batch.toCreateJob, 0.95),
        ]),
        ours(`${batch.uploads} at once: until the last job is created`, 's', [
          batch.lastJobSeconds,
        ]),
        ours(`${batch.uploads} at once: until the last is ready`, 's', [batch.wallSeconds]),
        ours(`${batch.uploads} at once: retries of complete after 503`, '', [batch.retries]),
      ]),
    ],
    plotted: [],
    targets: [
      target('complete to CreateJob, alone', median(toCreateJob), 'ms', 300),
      target(
        'state transitions, maximum',
        Math.max(...everyBatch.flatMap((each) => each.transitions)),
        '',
        10,
      ),
      target(
        'Lambda invocations of the workflow, maximum',
        Math.max(...everyBatch.flatMap((each) => each.lambdaInvocations)),
        '',
        2,
      ),
      target(
        'lost uploads',
        everyBatch.reduce((lost, each) => lost + each.uploads - each.ready, 0),
        '',
        0,
      ),
      target(
        `seconds per upload until the last job, ${largest.uploads} at once compared with ${smallest.uploads}`,
        perUpload(largest) / perUpload(smallest),
        '×',
        1.25,
      ),
      target(
        `AWS calls per upload, ${largest.uploads} at once compared with ${smallest.uploads}`,
        largest.callsPerUpload / smallest.callsPerUpload,
        '×',
        1.05,
      ),
    ],
    growth: [
      {
        id: 'wall',
        title: 'Seconds until all are done, by uploads at once',
        x: 'uploads at once',
        y: 'seconds',
        logarithmic: false,
        points: batches.flatMap((each) => [
          { candidate: 'last job created', x: each.uploads, y: each.lastJobSeconds },
          { candidate: 'last video ready', x: each.uploads, y: each.wallSeconds },
        ]),
      },
      growth('calls', 'AWS calls per upload', batches, (each) => each.callsPerUpload),
    ],
    remarks: [],
  };
}

function perUpload({ lastJobSeconds, uploads }: Batch): number {
  return lastJobSeconds / uploads;
}

function ours(measure: string, unit: string, values: readonly number[]): Series {
  return { measure, candidate: OURS, unit, better: 'less', values: [...values] };
}

function target(claim: string, reached: number, unit: string, limit: number) {
  return { claim, reached, unit, bound: 'at most' as const, limit };
}

function growth(
  id: string,
  y: string,
  batches: readonly Batch[],
  value: (batch: Batch) => number,
): Growth {
  return {
    id,
    title: `${y}, by uploads at once`,
    x: 'uploads at once',
    y,
    logarithmic: false,
    points: batches.map((each) => ({ candidate: OURS, x: each.uploads, y: value(each) })),
  };
}
