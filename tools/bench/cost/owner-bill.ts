import { companionRoutes } from '../../../core/contract/companion-routes.ts';
import { planParts } from '../../../core/grants/part-plan.ts';
import { type Budgets, defaultBudgets } from '../../../core/quota/budgets.ts';
import { requestsPerWrite } from '../../../core/quota/request-rate.ts';
import { ladderOf } from '../../../core/transcoding/ladder.ts';
import { defaultUploadPolicy } from '../../../core/uploads/upload-policy.ts';
import { MONTHLY_PRICES, PRICES } from '../prices.ts';
import { SMALL_DEPLOYMENT } from './monthly-bill.ts';

/** Estimates: 100 ms of 512 MB, 2,000 bytes of logs for an invocation, and the writes of one upload. */
const GB_SECONDS_PER_INVOCATION = 0.05;
const LOG_BYTES_PER_INVOCATION = 2_000;
const WRITE_UNITS_PER_UPLOAD = 30;
/** A transaction of two items: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
const WRITE_UNITS_PER_SESSION = 4;

const MINUTES_PER_DAY = 24 * 60;
const SECONDS_PER_DAY = MINUTES_PER_DAY * 60;

/** Requests a second of each route that needs no token, as `throttle.withoutToken` of the configuration. */
export interface OpenRoutes {
  readonly rate: number;
}

/** The most that one owner can spend in a day, in dollars, by the budget that limits it. */
export type OwnerBill = Readonly<
  Record<'requests' | 'uploads' | 'output' | 'companionSessions', number>
>;

export function ownerBillOf(budgets: Budgets): OwnerBill {
  const { requestsPerMinute, uploadsPerDay, outputMinutesPerDay, companionSessionsPerDay } =
    budgets;
  const counting =
    requestsPerMinute === 0
      ? 0
      : PRICES.dynamoDbWrite.dollars / requestsPerWrite(requestsPerMinute);
  const { transitionsPerVideo, invocationsPerVideo } = SMALL_DEPLOYMENT;
  const { partCount } = planParts(defaultUploadPolicy.size.maximumBytes);
  const upload =
    transitionsPerVideo * PRICES.stateTransition.dollars +
    invocationsPerVideo * invocation() +
    WRITE_UNITS_PER_UPLOAD * PRICES.dynamoDbWrite.dollars +
    partCount * PRICES.s3Write.dollars;
  return {
    requests: requestsPerMinute * MINUTES_PER_DAY * (request() + counting),
    uploads: uploadsPerDay * upload,
    output: outputMinutesPerDay * maxWeight() * PRICES.mediaConvertMinute.dollars,
    companionSessions:
      companionSessionsPerDay * WRITE_UNITS_PER_SESSION * PRICES.dynamoDbWrite.dollars,
  };
}

/** The most that requests without a token can cost in a day: each route that anybody may call, at its limit. */
export function floodCost({ rate }: OpenRoutes): number {
  return companionRoutes.length * rate * SECONDS_PER_DAY * request();
}

/** The table of docs/reference/costs.md. */
export function ownerTable(open: OpenRoutes, budgets: Budgets = defaultBudgets): string {
  const bill = ownerBillOf(budgets);
  const row = (what: string, dollars: number) => `| ${what} | ${dollars.toFixed(2)} |`;
  return [
    '| at most, a day | USD |',
    '| --- | --- |',
    row(`${budgets.outputMinutesPerDay} minutes of output (\`outputMinutesPerDay\`)`, bill.output),
    row(`${budgets.requestsPerMinute} requests a minute (\`requestsPerMinute\`)`, bill.requests),
    row(`${budgets.uploadsPerDay} uploads of the largest size (\`uploadsPerDay\`)`, bill.uploads),
    row(
      `${budgets.companionSessionsPerDay} Companion sessions (\`companionSessionsPerDay\`)`,
      bill.companionSessions,
    ),
    row(
      'one user, together',
      Object.values(bill).reduce((sum, each) => sum + each, 0),
    ),
    row(
      `everybody without a token: ${companionRoutes.length} routes, ${open.rate} requests a second each (\`throttle.withoutToken\`)`,
      floodCost(open),
    ),
  ].join('\n');
}

function request(): number {
  return PRICES.httpApiRequest.dollars + invocation() + PRICES.dynamoDbRead.dollars;
}

function invocation(): number {
  return (
    PRICES.lambdaRequest.dollars +
    GB_SECONDS_PER_INVOCATION * PRICES.lambdaGigabyteSecond.dollars +
    (LOG_BYTES_PER_INVOCATION / 1e9) * MONTHLY_PRICES.logGigabyte.dollars
  );
}

/** The largest average weight of a video's renditions, by the sizes that MediaConvert distinguishes. */
function maxWeight(): number {
  const sides = Array.from({ length: 108 }, (_, index) => 20 * (index + 1));
  return Math.max(
    ...sides.map((displayHeight) => {
      const displayWidth = 2 * Math.round((displayHeight * 16) / 18);
      const rungs = ladderOf({ displayWidth, displayHeight, frameRate: 30 });
      return rungs.reduce((sum, rung) => sum + weightOf(rung), 0) / rungs.length;
    }),
  );
}

/** Normalized minutes for one minute up to 30 frames a second: https://aws.amazon.com/mediaconvert/pricing/ */
function weightOf({ width, height }: { readonly width: number; readonly height: number }): number {
  const short = Math.min(width, height);
  if (short > 1_080) return 4;
  return short >= 720 ? 2 : 1;
}
