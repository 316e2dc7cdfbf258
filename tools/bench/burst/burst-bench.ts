import { type Bench, type BenchRun, type Measured, OURS, type Target } from '../bench.ts';
import { tinyVideo } from '../workflow/tiny-video.ts';
import { type CloudBurst, cloudBurst } from './cloud-burst.ts';
import { type SimulatedBurst, simulateBurst } from './simulate-burst.ts';

const OWNERS = 50;
const LIMITS = { jobsAtOnce: 20, jobsAtOncePerOwner: 5 };
const JOB_SECONDS = 60;
const JOBS_PER_SECOND = 5;
const SEED = 20_261_130;

const MILLION_A_DAY = 1_000_000 / 86_400;
/** An upload id and its share of the set. */
const BYTES_OF_HOLDER = 37;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
const WRITE_UNITS_OF_ITEM = 1_000;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
const UNITS_OF_TRANSACTION = 2;

export const burst: Bench = {
  name: 'burst',
  prose: {
    title: 'A burst of uploads that wait for MediaConvert',
    measures:
      'Twice. In a simulation: the use cases of admission with the table in memory, the workflow’s retries, MediaConvert’s rate and jobs of 30 to 90 seconds in simulated time; functions whose events come within 100 ms run at the same time. On the local cloud: the deployed templates with real transcoding of a tiny video. Nothing fails for missing capacity, so every upload of a burst must become ready.',
    candidates: [
      {
        name: OURS,
        how: `in the simulation, uploads of ${OWNERS} owners arrive within a minute, and one of another owner a second later, with ${LIMITS.jobsAtOnce} jobs at once, ${LIMITS.jobsAtOncePerOwner} of an owner, and ${JOBS_PER_SECOND} CreateJob a second. “Requests” are those of admit-upload, release-slot and the reconciler to DynamoDB and Step Functions, their invocations, and CreateJob with its retries. On the local cloud, uploads of one owner are completed at the same moment.`,
      },
    ],
    leftOut: [
      'DynamoDB’s conflicts of transactions in the simulation: a change whose state was read before another change is repeated, as after a failed condition. The local cloud has both.',
      'Five thousand uploads on the local cloud: two cores transcode two jobs at a time.',
    ],
    limits: [
      'With n owners that wait, a newcomer starts after at most n others, one of each owner: that is the order of fair queueing. With 50 owners these are more than the 20 jobs that run at once.',
    ],
  },
  run: measureBurst,
};

async function measureBurst(run: BenchRun): Promise<Measured> {
  const random = generator(SEED);
  const simulated: { readonly uploads: number; readonly result: SimulatedBurst }[] = [];
  for (const uploads of run.small ? [50, 200] : [50, 500, 5_000]) {
    run.say(`${uploads} uploads in the simulation`);
    const arrivals = Array.from({ length: uploads }, (_, index) => ({
      owner: `owner-${index % OWNERS}`,
      atSeconds: (60 * index) / uploads,
    }));
    arrivals.push({ owner: 'newcomer', atSeconds: 61 });
    const result = await simulateBurst({
      limits: LIMITS,
      arrivals,
      jobSeconds: JOB_SECONDS,
      jobsPerSecond: JOBS_PER_SECOND,
      random,
    });
    simulated.push({ uploads: arrivals.length, result });
  }
  run.say('a million uploads a day in the simulation');
  const day = await millionADay(run.small ? 200 : 10_000, random);
  const video = await tinyVideo(run.folder);
  run.say('starting the local cloud');
  const cloud = await run.openCloud();
  try {
    const clouds: CloudBurst[] = [];
    for (const count of run.small ? [3, 6] : [50, 150]) {
      clouds.push(await cloudBurst(cloud, video, count, run.say));
    }
    return summarize(simulated, day, clouds);
  } finally {
    await cloud.close();
  }
}

/** The rate of a million uploads a day, for as long as `uploads` take, with slots for it. */
async function millionADay(uploads: number, random: () => number) {
  const jobs = Math.ceil(MILLION_A_DAY * JOB_SECONDS * 1.15);
  const arrivals = Array.from({ length: uploads }, (_, index) => ({
    owner: `owner-${Math.floor(random() * 20_000)}`,
    atSeconds: index / MILLION_A_DAY,
  }));
  const limits = { jobsAtOnce: jobs, jobsAtOncePerOwner: LIMITS.jobsAtOncePerOwner };
  const rates = { jobSeconds: JOB_SECONDS, jobsPerSecond: 50 };
  const result = await simulateBurst({ limits, arrivals, ...rates, random });
  const writes = result.slotWrites / uploads + result.atOnce / uploads;
  const kilobytes = Math.ceil((result.maxJobs * BYTES_OF_HOLDER) / 1_024);
  return {
    uploads,
    result,
    writes,
    units: MILLION_A_DAY * writes * kilobytes * UNITS_OF_TRANSACTION,
  };
}

/** Uploads a day at which the item of the slots reaches its limit, if each needs `writes` and its job a minute. */
function mostADay(writes: number): number {
  const kilobytesForEachASecond = (JOB_SECONDS * BYTES_OF_HOLDER) / 1_024;
  const aSecond = Math.sqrt(
    WRITE_UNITS_OF_ITEM / (writes * UNITS_OF_TRANSACTION * kilobytesForEachASecond),
  );
  return Math.floor((aSecond * 86_400) / 1_000) * 1_000;
}

function summarize(
  simulated: readonly { readonly uploads: number; readonly result: SimulatedBurst }[],
  day: Awaited<ReturnType<typeof millionADay>>,
  clouds: readonly CloudBurst[],
): Measured {
  const largest = simulated.at(-1);
  const middle = simulated.at(-2);
  const [smallCloud, largeCloud] = clouds;
  if (!largest || !middle || !smallCloud || !largeCloud)
    throw new RangeError('A burst is missing.');
  const requests = ({ uploads, result }: typeof largest) =>
    result.calls / Math.max(1, uploads - result.atOnce);
  const newcomer = largest.result.endsBefore.get(largest.uploads) ?? Number.POSITIVE_INFINITY;
  const series = (measure: string, unit: string, value: number) => ({
    measure,
    candidate: OURS,
    unit,
    better: 'less' as const,
    values: [value],
  });
  const targets: Target[] = [
    target('uploads lost, in every burst', lost(simulated, day.result, day.uploads, clouds), '', 0),
    target('uploads of an owner out of their order', outOfOrder(simulated, clouds), '', 0),
    target('jobs at once', Math.max(...simulated.map(({ result }) => result.maxJobs)), '', 20),
    target(
      'jobs at once of one owner',
      Math.max(...simulated.map(({ result }) => result.maxJobsOfOwner)),
      '',
      LIMITS.jobsAtOncePerOwner,
    ),
    target(
      `ends of jobs before the start of a newcomer, ${OWNERS} owners wait`,
      newcomer,
      '',
      OWNERS,
    ),
    target(
      `requests per upload that waits, ${largest.uploads - 1} compared with ${middle.uploads - 1}`,
      requests(largest) / requests(middle),
      '×',
      1.1,
    ),
    target(
      `AWS calls per upload on the local cloud, ${largeCloud.uploads} compared with ${smallCloud.uploads}`,
      largeCloud.callsPerUpload / smallCloud.callsPerUpload,
      '×',
      1.1,
    ),
  ];
  return {
    series: [
      ...simulated.flatMap((each) => [
        series(`${each.uploads - 1} simulated: requests per upload that waits`, '', requests(each)),
        series(`${each.uploads - 1} simulated: until the last job ends`, 's', each.result.seconds),
        series(`${each.uploads - 1} simulated: refused CreateJob`, '', each.result.refusedJobs),
      ]),
      series('a million a day: writes of the slots per upload', '', day.writes),
      series('a million a day: write units a second of the slots', '', day.units),
      ...clouds.flatMap((each) => [
        series(`${each.uploads} on the local cloud: AWS calls per upload`, '', each.callsPerUpload),
        series(`${each.uploads} on the local cloud: uploads that waited`, '', each.waited),
      ]),
    ],
    plotted: [],
    targets,
    growth: [],
    remarks: [
      `A million uploads a day, with jobs of a minute, need ${day.result.maxJobs} jobs at once, far more than the default quotas of an account. The item of the slots breaks first: it would need ${Math.round(day.units)} write units a second of ${WRITE_UNITS_OF_ITEM}. It suffices for about ${mostADay(day.writes).toLocaleString('en')} such uploads a day, or for more of them with shorter jobs.`,
    ],
  };
}

function lost(
  simulated: readonly { readonly uploads: number; readonly result: SimulatedBurst }[],
  day: SimulatedBurst,
  dayUploads: number,
  clouds: readonly CloudBurst[],
): number {
  const ofSimulations = simulated.map(({ uploads, result }) => uploads - result.ended.size);
  const ofClouds = clouds.map(({ uploads, ready }) => uploads - ready);
  return [...ofSimulations, dayUploads - day.ended.size, ...ofClouds].reduce(
    (sum, n) => sum + n,
    0,
  );
}

/** Uploads whose job was created before that of an earlier one of the same owner; refused jobs are created again. */
function outOfOrder(
  simulated: readonly { readonly result: SimulatedBurst }[],
  clouds: readonly CloudBurst[],
): number {
  const ofSimulations = simulated.flatMap(({ result }) =>
    [...result.startedBy.values()].map(
      (started) =>
        started.filter((upload, index) => index > 0 && upload < (started[index - 1] ?? 0)).length,
    ),
  );
  return [...ofSimulations, ...clouds.map((each) => each.outOfOrder)].reduce(
    (sum, n) => sum + n,
    0,
  );
}

function target(claim: string, reached: number, unit: string, limit: number): Target {
  return { claim, reached, unit, bound: 'at most', limit };
}

/** mulberry32: every run simulates the same burst. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
