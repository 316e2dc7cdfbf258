import { type Bench, type BenchRun, type Measured, OURS, type Series } from '../bench.ts';
import { PRICES, PRICES_AS_OF } from '../prices.ts';
import { numberText } from '../report/number-text.ts';
import { median } from '../statistics.ts';
import { tinyVideo } from '../workflow/tiny-video.ts';
import { type Assumptions, type Bill, billOf } from './bill.ts';
import { type CountedUpload, countUpload } from './counted-upload.ts';

const VOD = 'Video on Demand on AWS';
/** As AWS's solution documents and deploys it: three state machines, 24 states passed, 14 functions invoked. */
const VOD_TRANSITIONS = 24;
const VOD_INVOCATIONS = 14;

const UPLOADS = 1_000;
const MINUTES = 10;
/** Renditions of a 1080p source, in MediaConvert's normalized minutes for each minute: two HD, three SD. */
const NORMALIZED = 2 * 2 + 3;

const ASSUMED: Assumptions = {
  minutes: MINUTES,
  bitrate: 16_000_000,
  statusReads: 20,
  transcodingPace: 1,
  reportSeconds: 10,
};

export const cost: Bench = {
  name: 'cost',
  prose: {
    title: 'Dollars for 1,000 uploads of ten minutes',
    measures:
      'Calls are counted, not estimated: one upload goes through the deployed templates on the local cloud, and its trail of authorizations, its functions’ REPORT lines and its execution’s history are priced with the one list in tools/bench/prices.ts (us-east-1, on demand, no free tier).',
    contenders: [
      {
        name: OURS,
        how: 'orchestration is the workflow’s state transitions and the functions that it invokes, with their own memory size and the duration that they took here. Apart from it stand what AWS’s solution does not have: the upload API with its checks and quota, and the progress of a running job (a report every ten seconds, transcoding as long as the video).',
      },
      {
        name: VOD,
        how: 'its documented 24 transitions and 14 invocations (https://github.com/aws-solutions/video-on-demand-on-aws). How long its functions run is not documented, so only their requests are priced: the comparison errs in its favour.',
      },
      {
        name: 'assumed',
        how: `a source of 16 Mbit/s in parts of 8 MiB; ${ASSUMED.statusReads} looks at the status by the client; every write of the workflow as a transaction with the record at its largest, which is the dearest it can be; S3’s event counted as an opt-in event.`,
      },
    ],
    leftOut: [
      'Storage, delivery by CloudFront and data transfer: they depend on the videos and their viewers alone.',
      'CloudWatch logs, traces and alarms, on both sides.',
      'MediaConvert’s own requests to S3, which are the same for any workflow.',
      'What AWS’s solution pays beside transitions and invocations: its DynamoDB writes, SNS messages, SQS and the execution of three custom resources.',
    ],
  },
  run: measureCost,
};

async function measureCost(run: BenchRun): Promise<Measured> {
  const video = await tinyVideo(run.folder);
  run.say('starting the local cloud');
  const cloud = await run.openCloud();
  const counted: CountedUpload[] = [];
  try {
    for (let round = run.small ? 0 : -1; round < run.runs; round++) {
      run.say(`counting the calls of one upload: ${round < 0 ? 'warm-up' : round + 1}`);
      const found = await countUpload(cloud, video);
      if (round >= 0) counted.push(found);
    }
  } finally {
    await cloud.close();
  }
  return judge(counted);
}

function judge(counted: readonly CountedUpload[]): Measured {
  const bills = counted.map((each) => billOf(each, ASSUMED));
  const ours = (what: string, value: (bill: Bill) => number): Series =>
    dollars(
      what,
      OURS,
      bills.map((bill) => value(bill) * UPLOADS),
    );
  const vod =
    (VOD_TRANSITIONS * PRICES.stateTransition.dollars +
      VOD_INVOCATIONS * PRICES.lambdaRequest.dollars) *
    UPLOADS;
  const orchestration = median(bills.map((bill) => bill.orchestration)) * UPLOADS;
  const transcoding = MINUTES * NORMALIZED * PRICES.mediaConvertMinute.dollars * UPLOADS;
  return {
    series: [
      ours('orchestration', (bill) => bill.orchestration),
      dollars('orchestration', VOD, [vod]),
      ours('progress of the job', (bill) => bill.progress),
      ours('upload API', (bill) => bill.api),
      ours('S3 requests', (bill) => bill.s3),
      ours('DynamoDB', (bill) => bill.database),
      ours('EventBridge', (bill) => bill.events),
      ours('all of these', all),
      dollars('MediaConvert, five renditions from 1080p down', OURS, [transcoding]),
      {
        measure: 'state transitions',
        contender: OURS,
        unit: '',
        better: 'less',
        values: counted.map(({ transitions }) => transitions),
      },
      {
        measure: 'state transitions',
        contender: VOD,
        unit: '',
        better: 'less',
        values: [VOD_TRANSITIONS],
      },
    ],
    plotted: ['orchestration'],
    targets: [
      {
        claim: 'orchestration beside AWS’s solution',
        reached: orchestration / vod,
        unit: '×',
        bound: 'at most',
        limit: 1 / 3,
      },
    ],
    growth: [growthByMinutes(counted, vod)],
    remarks: [remark(counted)],
  };
}

function all(bill: Bill): number {
  return Object.values(bill).reduce<number>((sum, each) => sum + each, 0);
}

function growthByMinutes(counted: readonly CountedUpload[], vod: number): Measured['growth'][0] {
  const minutes = [1, 10, 30, 60];
  const at = (value: (bill: Bill) => number, length: number) =>
    median(counted.map((each) => value(billOf(each, { ...ASSUMED, minutes: length })))) * UPLOADS;
  return {
    id: 'minutes',
    title: 'Dollars for 1,000 uploads by length of the video, without MediaConvert',
    x: 'minutes',
    y: 'dollars',
    logarithmic: false,
    points: minutes.flatMap((length) => [
      { contender: OURS, x: length, y: at((bill) => bill.orchestration, length) },
      { contender: 'reelgate with API, S3, database, progress', x: length, y: at(all, length) },
      { contender: VOD, x: length, y: vod },
    ]),
  };
}

function remark(counted: readonly CountedUpload[]): string {
  const [first] = counted;
  const calls = [...(first?.calls ?? [])].sort(([a], [b]) => a.localeCompare(b));
  const list = calls.map(([action, count]) => `${action} ${count}`).join(', ');
  const prices = Object.values(PRICES)
    .map(
      ({ dollars: each, unit, source }) => `| ${unit} | $${numberText(each * 1e6)} | ${source} |`,
    )
    .join('\n');
  return `Counted for one upload of one part: ${list}.\n\nPrices as of ${PRICES_AS_OF}:\n\n| unit | a million of them | source |\n| --- | --- | --- |\n${prices}`;
}

function dollars(measure: string, contender: string, values: readonly number[]): Series {
  return { measure, contender, unit: '$', better: 'less', values: [...values] };
}
