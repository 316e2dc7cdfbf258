import { planParts } from '../../../core/grants/part-plan.ts';
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

const WORKFLOW: readonly string[] = ['inspect-media', 'publish-video'];
const PROGRESS = 'record-job';
const BUSES = 2;

/**
 * Write units of one write to an upload's record: the item (twice in a transaction), the whole item in the index
 * `byOwner`, and a deletion and an entry in `byStatus`, which has keys only.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
function writeUnits(kilobytes: number, kind: 'plain' | 'transaction'): number {
  const units = Math.ceil(kilobytes);
  return (kind === 'plain' ? 1 : 2) * units + units + 2;
}

/** The bill of one counted upload, for a video of `assumed.minutes`. */
export function billOf(counted: CountedUpload, assumed: Assumptions): Bill {
  const by = (wanted: (name: string) => boolean) =>
    counted.invocations.filter((each) => wanted(each.function));
  const api = by((name) => !WORKFLOW.includes(name) && name !== PROGRESS);
  const reports = Math.ceil(
    (assumed.minutes * 60 * assumed.transcodingPace) / assumed.reportSeconds,
  );
  const oneReport = average(by((name) => name === PROGRESS));
  const oneRead = average(api);
  const units = (kind: 'plain' | 'transaction') => writeUnits(counted.recordKilobytes, kind);
  const reported = oneReport + units('plain') * PRICES.dynamoDbWrite.dollars;
  const parts = planParts((assumed.minutes * 60 * assumed.bitrate) / 8).partCount;
  const [puts, gets] = s3Requests(counted.calls);
  const [writes, reads] = databaseCalls(counted.calls);
  return {
    orchestration:
      counted.transitions * PRICES.stateTransition.dollars +
      dollars(by((name) => WORKFLOW.includes(name))),
    progress: reports * reported,
    api:
      dollars(api) +
      assumed.statusReads * oneRead +
      (api.length + assumed.statusReads) * PRICES.httpApiRequest.dollars,
    s3: (puts - 1 + parts) * PRICES.s3Write.dollars + gets * PRICES.s3Read.dollars,
    database:
      writes * units('transaction') * PRICES.dynamoDbWrite.dollars +
      (reads + assumed.statusReads) * 2 * PRICES.dynamoDbRead.dollars,
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

function databaseCalls(calls: CallCounts): [number, number] {
  let [writes, reads] = [0, 0];
  for (const [action, count] of calls) {
    if (/^dynamodb:(Put|Update|Delete|ConditionCheck)/.test(action)) writes += count;
    else if (action.startsWith('dynamodb:')) reads += count;
  }
  return [writes, reads];
}
