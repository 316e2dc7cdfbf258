import { totalUnits, type Units } from '../../cloud/consumed-units.ts';
import { type Bench, type BenchRun, type Measured, OURS, type Series } from '../bench.ts';
import { PRICES, PRICES_AS_OF } from '../prices.ts';
import { numberText } from '../report/number-text.ts';
import { median } from '../statistics.ts';
import { tinyVideo } from '../workflow/tiny-video.ts';
import { type Assumptions, type Bill, billOf } from './bill.ts';
import { type CountedUpload, countUpload } from './counted-upload.ts';

const VOD = 'Video on Demand on AWS';
/** From the documentation and templates of AWS's solution: three state machines, 24 transitions, 14 invocations. */
const VOD_TRANSITIONS = 24;
const VOD_INVOCATIONS = 14;

const UPLOADS = 1_000;
const MINUTES = 10;
/** MediaConvert's normalized minutes per minute of a 1080p source: two HD and three SD renditions. */
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
      'Calls are counted, not estimated: one upload runs through the deployed templates on the local cloud. The entries of the audit log, the functions’ REPORT lines, the execution’s history and DynamoDB’s units, as the local engine counts them with indexes, transactions and failed conditions, are multiplied by the prices in tools/bench/prices.ts (us-east-1, on demand, no free tier).',
    candidates: [
      {
        name: OURS,
        how: 'orchestration is the workflow’s state transitions and the functions that it invokes, with their memory size and their duration here. Listed separately is what AWS’s solution does not have: the upload API with its checks and quota, and the progress of a running job (an event every ten seconds, with transcoding as long as the video).',
      },
      {
        name: VOD,
        how: 'its documented 24 transitions and 14 invocations (https://github.com/aws-solutions/video-on-demand-on-aws). The duration of its functions is not documented, so only their requests are priced, which favours it.',
      },
      {
        name: 'assumed',
        how: `a source of 16 Mbit/s in parts of 8 MiB; ${ASSUMED.statusReads} requests for the status by the client; each progress event with the units of the one that was counted; S3’s event as an opt-in event.`,
      },
    ],
    leftOut: [
      'Storage, delivery by CloudFront and data transfer, which depend only on the videos and their viewers.',
      'CloudWatch logs, metrics, traces and alarms, and Cognito, on both sides: docs/reference/costs.md has them.',
      'MediaConvert’s own requests to S3, which are the same for any workflow.',
      'Other costs of AWS’s solution: its DynamoDB writes, SNS messages, SQS and three custom resources.',
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
  return summarize(counted);
}

function summarize(counted: readonly CountedUpload[]): Measured {
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
      ...unitSeries(counted),
      ours('EventBridge', (bill) => bill.events),
      ours('total', all),
      dollars('MediaConvert, five renditions from 1080p down', OURS, [transcoding]),
      {
        measure: 'state transitions',
        candidate: OURS,
        unit: '',
        better: 'less',
        values: counted.map(({ transitions }) => transitions),
      },
      {
        measure: 'state transitions',
        candidate: VOD,
        unit: '',
        better: 'less',
        values: [VOD_TRANSITIONS],
      },
    ],
    plotted: ['orchestration'],
    targets: [
      {
        claim: 'orchestration compared with AWS’s solution',
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
    title: 'Dollars for 1,000 uploads by video length, without MediaConvert',
    x: 'minutes',
    y: 'dollars',
    logarithmic: false,
    points: minutes.flatMap((length) => [
      { candidate: OURS, x: length, y: at((bill) => bill.orchestration, length) },
      { candidate: 'reelgate with API, S3, database and progress', x: length, y: at(all, length) },
      { candidate: VOD, x: length, y: vod },
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
  return `Counted for one upload of one part: ${list}.\n\n${unitsTable(first)}\n\nPrices as of ${PRICES_AS_OF}:\n\n| unit | price per million | source |\n| --- | --- | --- |\n${prices}`;
}

/** Read and write units of one video, without the requests for its status. */
function unitSeries(counted: readonly CountedUpload[]): Series[] {
  const series = (measure: string, of: (units: Units) => number): Series => ({
    measure,
    candidate: OURS,
    unit: '',
    better: 'less',
    values: counted.map(({ units }) => of(totalUnits(units.values()))),
  });
  return [
    series('DynamoDB write units of one video', ({ writes }) => writes),
    series('DynamoDB read units of one video', ({ reads }) => reads),
  ];
}

function unitsTable(counted: CountedUpload | undefined): string {
  if (counted === undefined) return '';
  const row = (name: string, { requests, reads, writes }: Units) =>
    `| ${name} | ${requests} | ${numberText(writes)} | ${numberText(reads)} |`;
  return [
    'DynamoDB’s units for this upload, by function (`workflow`: writes of the state machine itself):',
    '',
    '| function | requests | write units | read units |',
    '| --- | --- | --- | --- |',
    ...[...counted.units].map(([name, units]) => row(name, units)),
    row('together', totalUnits(counted.units.values())),
    row('each request for the status (`get-upload`)', counted.statusUnits),
  ].join('\n');
}

function dollars(measure: string, candidate: string, values: readonly number[]): Series {
  return { measure, candidate, unit: '$', better: 'less', values: [...values] };
}
