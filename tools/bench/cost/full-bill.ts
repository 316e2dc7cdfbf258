import { ladderOf } from '../../../core/transcoding/ladder.ts';
import { OURS } from '../bench.ts';
import { MONTHLY_PRICES, PRICES } from '../prices.ts';
import type { Results } from '../results.ts';
import { median } from '../statistics.ts';
import { type MonthlyUsage, monthlyBillOf, transcodingCost } from './monthly-bill.ts';

/** Metrics of all alarms of a default deployment; CloudWatch bills each metric of an alarm. test/infra compares it. */
export const ALARM_METRICS = 38;

/** The videos of the table. */
const MINUTES = 10;
/** Of the source, bit/s. */
const BITRATE = 16_000_000;
const SOURCE = { displayWidth: 1920, displayHeight: 1080, frameRate: 30 };
/** MediaConvert's limit for SD, in lines: https://aws.amazon.com/mediaconvert/pricing/ */
const HD_LINES = 720;
const HD_MULTIPLIER = 2;

const RECONCILER_RUNS = 30 * 24 * 12;
/** Queries of empty index shards, half a read unit each, and seconds of a function with 0.5 GB. */
const RECONCILER_READ_UNITS = 104;
const RECONCILER_GIGABYTE_SECONDS = 1;

/** One line of the table. */
export interface BillLine {
  readonly line: string;
  readonly dollars: number;
  readonly basis: string;
}

/**
 * Everything that AWS bills for a month of `usage`, with videos of ten minutes in 1080p.
 * @param results of the bench `cost`, which counts the calls and units of one upload
 */
export function fullBill(usage: MonthlyUsage, results: Results): BillLine[] {
  const { videos } = usage;
  const counted = (measure: string) => countedDollars(results, measure) * (videos / 1_000);
  const monthly = monthlyBillOf(usage);
  const ladder = ladderOf(SOURCE);
  const multipliers = ladder.map(({ height }) => (height >= HD_LINES ? HD_MULTIPLIER : 1));
  const sourceGigabytes = (videos * MINUTES * 60 * BITRATE) / 8 / 1e9;
  const bits = ladder.reduce((sum, { maxBitrate }) => sum + maxBitrate, 128_000);
  const outputGigabytes = (videos * MINUTES * 60 * bits) / 8 / 1e9;
  const stored = (gigabytes: number) => gigabytes * MONTHLY_PRICES.storedGigabyte.dollars;
  return [
    {
      line: 'MediaConvert: jobs',
      dollars: transcodingCost(MINUTES * 60, multipliers) * videos,
      basis: `${ladder.length} renditions, ten seconds an output at least`,
    },
    {
      line: 'Step Functions and the functions of the workflow',
      dollars: counted('orchestration'),
      basis: 'counted',
    },
    {
      line: 'Lambda and DynamoDB: progress',
      dollars: counted('progress of the job'),
      basis: 'counted',
    },
    {
      line: 'Lambda: functions of the API',
      dollars: counted('upload API') - monthly.apiRequests,
      basis: 'counted',
    },
    {
      line: 'API Gateway: requests',
      dollars: monthly.apiRequests,
      basis: `${usage.requestsPerVideo} for each video`,
    },
    { line: 'DynamoDB: units', dollars: counted('DynamoDB'), basis: 'counted' },
    { line: 'S3: requests', dollars: counted('S3 requests'), basis: 'counted' },
    {
      line: 'S3: a month of the sources',
      dollars: stored(sourceGigabytes),
      basis: `${(sourceGigabytes / videos).toFixed(1)} GB for each`,
    },
    {
      line: 'S3: a month of the outputs',
      dollars: stored(outputGigabytes),
      basis: `${(outputGigabytes / videos).toFixed(1)} GB for each at most`,
    },
    { line: 'EventBridge: events', dollars: counted('EventBridge'), basis: 'counted' },
    { line: 'Cognito: active users', dollars: monthly.users, basis: `${usage.activeUsers} users` },
    { line: 'X-Ray: traces', dollars: monthly.traces, basis: 'every request and execution' },
    {
      line: 'CloudWatch: log of the state machine',
      dollars: monthly.workflowLogs,
      basis: 'level ALL',
    },
    {
      line: 'CloudWatch: logs of the functions',
      dollars: monthly.functionLogs,
      basis: 'estimated',
    },
    {
      line: 'CloudWatch: custom metrics',
      dollars: monthly.metrics,
      basis: 'every route is used in every hour',
    },
    {
      line: 'CloudWatch: alarms',
      dollars: ALARM_METRICS * MONTHLY_PRICES.alarmMetric.dollars,
      basis: `${ALARM_METRICS} metrics`,
    },
    { line: 'CloudWatch: dashboard', dollars: MONTHLY_PRICES.dashboard.dollars, basis: 'one' },
    {
      line: 'Reconciler',
      dollars:
        RECONCILER_RUNS *
        (RECONCILER_READ_UNITS * PRICES.dynamoDbRead.dollars +
          RECONCILER_GIGABYTE_SECONDS * PRICES.lambdaGigabyteSecond.dollars +
          PRICES.lambdaRequest.dollars),
      basis: `${RECONCILER_RUNS} runs`,
    },
    {
      line: 'Secrets Manager: signing keys of playback',
      dollars: MONTHLY_PRICES.secret.dollars,
      basis: 'one secret; none with `delivery: none`',
    },
    {
      line: 'KMS: key of the topic for alarms',
      dollars: MONTHLY_PRICES.key.dollars,
      basis: 'with `alarmEmail` only',
    },
  ];
}

/** Dollars for 1,000 uploads. @throws Error if the bench has not measured it */
function countedDollars(results: Results, measure: string): number {
  const series = results.cost?.series.find(
    (each) => each.measure === measure && each.candidate === OURS,
  );
  if (!series) throw new Error(`tools/bench/results.json has no "${measure}" of the bench cost.`);
  return median(series.values);
}

/** The table of docs/reference/costs.md. */
export function fullTable(usage: MonthlyUsage, results: Results): string {
  const lines = fullBill(usage, results);
  const total = lines.reduce((sum, { dollars }) => sum + dollars, 0);
  const transcoding = lines[0]?.dollars ?? 0;
  return [
    '| line | USD | basis |',
    '| --- | --- | --- |',
    ...lines.map(({ line, dollars, basis }) => `| ${line} | ${dollars.toFixed(2)} | ${basis} |`),
    `| together | ${total.toFixed(2)} | |`,
    `| without MediaConvert | ${(total - transcoding).toFixed(2)} | |`,
  ].join('\n');
}
