import { planParts } from '../../../core/grants/part-plan.ts';
import { NONE, totalUnits, type Units } from '../../cloud/consumed-units.ts';
import type { Invocation } from '../cloud/bench-cloud.ts';
import type { CallCounts } from '../cloud/calls.ts';
import { PRICES } from '../prices.ts';
import type { CountedUpload } from './counted-upload.ts';

/** Assumptions about an upload that cannot be counted. */
export interface Assumptions {
  readonly minutes: number;
  /** Of the source, bit/s. */
  readonly bitrate: number;
  /** Requests for the status until the video is ready. */
  readonly statusReads: number;
  /** Seconds of transcoding per second of video. */
  readonly transcodingPace: number;
  /** Seconds between two progress events of MediaConvert (`StatusUpdateInterval`). */
  readonly reportSeconds: number;
}

/** Dollars for one upload, by purpose. */
export interface Bill {
  /** State transitions, and the functions that the workflow invokes. */
  readonly orchestration: number;
  /** Progress of the transcoding. */
  readonly progress: number;
  /** Requests to the API, and its functions. */
  readonly api: number;
  readonly s3: number;
  readonly database: number;
  readonly events: number;
}

const WORKFLOW_FUNCTIONS: readonly string[] = ['inspect-media', 'publish-video'];
const PROGRESS = 'record-job';
const BUSES = 2;

/** The bill of one counted upload, for a video of `assumed.minutes`. */
export function billOf(counted: CountedUpload, assumed: Assumptions): Bill {
  const by = (wanted: (name: string) => boolean) =>
    counted.invocations.filter((each) => wanted(each.function));
  const api = by((name) => !WORKFLOW_FUNCTIONS.includes(name) && name !== PROGRESS);
  const reports = Math.ceil(
    (assumed.minutes * 60 * assumed.transcodingPace) / assumed.reportSeconds,
  );
  const oneReport = average(by((name) => name === PROGRESS));
  const oneRead = average(api);
  const reportUnits = counted.units.get(PROGRESS) ?? NONE;
  const countedReports = by((name) => name === PROGRESS).length;
  const reported = oneReport + (countedReports === 0 ? 0 : price(reportUnits) / countedReports);
  const parts = planParts((assumed.minutes * 60 * assumed.bitrate) / 8).partCount;
  const [puts, gets] = s3Requests(counted.calls);
  return {
    orchestration:
      counted.transitions * PRICES.stateTransition.dollars +
      dollars(by((name) => WORKFLOW_FUNCTIONS.includes(name))),
    progress: reports * reported,
    api:
      dollars(api) +
      assumed.statusReads * oneRead +
      (api.length + assumed.statusReads) * PRICES.httpApiRequest.dollars,
    s3: (puts - 1 + parts) * PRICES.s3Write.dollars + gets * PRICES.s3Read.dollars,
    database:
      price(totalUnits(counted.units.values())) -
      price(reportUnits) +
      assumed.statusReads * price(counted.statusUnits),
    events: BUSES * PRICES.event.dollars,
  };
}

/** Requests and GB-seconds: https://aws.amazon.com/lambda/pricing/ */
function dollars(invoked: readonly Invocation[]): number {
  return invoked.reduce(
    (sum, { billedMs, memorySizeMegabytes }) =>
      sum +
      PRICES.lambdaRequest.dollars +
      (billedMs / 1e3) * (memorySizeMegabytes / 1024) * PRICES.lambdaGigabyteSecond.dollars,
    0,
  );
}

function average(invoked: readonly Invocation[]): number {
  return invoked.length === 0 ? 0 : dollars(invoked) / invoked.length;
}

/** Requests of functions and client by price class. The counted upload has one part. */
function s3Requests(calls: CallCounts): [number, number] {
  const of = (...actions: string[]) =>
    actions.reduce((sum, action) => sum + (calls.get(action) ?? 0), 0);
  const puts = of('s3:PutObject', 's3:ListMultipartUploadParts', 's3:ListBucket');
  return [puts, of('s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectAttributes')];
}

/** Dollars for DynamoDB's units, on demand. */
function price({ reads, writes }: Units): number {
  return writes * PRICES.dynamoDbWrite.dollars + reads * PRICES.dynamoDbRead.dollars;
}
