import { companionRoutes } from '../../../core/contract/companion-routes.ts';
import { routes } from '../../../core/contract/routes.ts';
import { MIN_BILLED_SECONDS } from '../../../core/playback/output-minutes.ts';
import { MONTHLY_PRICES } from '../prices.ts';

/** What a deployment does in a month, for the lines that no call of a single upload shows. */
export interface MonthlyUsage {
  readonly videos: number;
  /** Users who sign in or refresh a token at least once in the month. */
  readonly activeUsers: number;
  /** Requests to the API for one video. */
  readonly requestsPerVideo: number;
  /** Lambda invocations for one video, progress included. */
  readonly invocationsPerVideo: number;
  readonly transitionsPerVideo: number;
  /**
   * Share of requests and executions that X-Ray records. It records the first one of each second and 5 percent of the
   * others, which is nearly every one of a small deployment.
   */
  readonly tracedShare: number;
}

/** Dollars a month, without free tiers. */
export interface MonthlyBill {
  readonly apiRequests: number;
  readonly users: number;
  readonly traces: number;
  readonly workflowLogs: number;
  readonly functionLogs: number;
  readonly metrics: number;
}

/** Log events of Step Functions at level ALL for one state: entered, scheduled, started, submitted, succeeded, exited. */
const LOG_EVENTS_PER_STATE = 5;
/** Bytes of a log event without execution data; estimated from the fields of the documented format. */
const LOG_EVENT_BYTES = 500;
/** Bytes that an invocation logs: platform events, one line of the product and one of metrics; estimated. */
const INVOCATION_LOG_BYTES = 2_000;
/** Detailed metrics of an HTTP API, a route: 4xx, 5xx, Count, DataProcessed, IntegrationLatency, Latency. */
const METRICS_PER_ROUTE = 6;
/** Requests, Refusals, Faults and Latency in the embedded metric format, with the route as dimension. */
const EMBEDDED_METRICS_PER_ROUTE = 4;
/** Refused requests, counted by a metric filter, and minutes of output. */
const SINGLE_METRICS = 2;

/** How many custom metrics a deployment has at most: CloudWatch bills a metric only in hours in which it has data. */
export function customMetrics(): number {
  const count = routes.length + companionRoutes.length;
  return count * (METRICS_PER_ROUTE + EMBEDDED_METRICS_PER_ROUTE) + SINGLE_METRICS;
}

export function monthlyBillOf(usage: MonthlyUsage): MonthlyBill {
  const { videos, activeUsers, requestsPerVideo, invocationsPerVideo, transitionsPerVideo } = usage;
  const requests = videos * requestsPerVideo;
  const logged = (bytes: number) => (bytes / 1e9) * MONTHLY_PRICES.logGigabyte.dollars;
  return {
    apiRequests: requests * MONTHLY_PRICES.httpApiRequest.dollars,
    users: activeUsers * MONTHLY_PRICES.activeUser.dollars,
    traces: (requests + videos) * usage.tracedShare * MONTHLY_PRICES.trace.dollars,
    workflowLogs: logged(videos * transitionsPerVideo * LOG_EVENTS_PER_STATE * LOG_EVENT_BYTES),
    functionLogs: logged(videos * invocationsPerVideo * INVOCATION_LOG_BYTES),
    metrics: customMetrics() * MONTHLY_PRICES.customMetric.dollars,
  };
}

/**
 * Dollars for one job.
 * @param seconds of the video
 * @param multipliers of the outputs' normalized minutes: 1 for SD, 2 for HD
 */
export function transcodingCost(seconds: number, multipliers: readonly number[]): number {
  const minutes = Math.max(MIN_BILLED_SECONDS, Math.ceil(seconds)) / 60;
  const normalized = multipliers.reduce((sum, each) => sum + each * minutes, 0);
  return normalized * MONTHLY_PRICES.mediaConvertMinute.dollars;
}

/** A small deployment: the month that docs/reference/costs.md shows. */
export const SMALL_DEPLOYMENT: MonthlyUsage = {
  videos: 1_000,
  activeUsers: 1_000,
  // Creation, completion, and 20 requests for the status.
  requestsPerVideo: 22,
  // The requests, two of the workflow, and 60 of the progress of ten minutes.
  invocationsPerVideo: 84,
  transitionsPerVideo: 7,
  tracedShare: 1,
};

/** The prices of docs/reference/costs.md. */
export function monthlyPricesTable(): string {
  const rows = Object.values(MONTHLY_PRICES).map(
    ({ dollars, unit, source }) => `| ${unit} | ${Number(dollars.toPrecision(3))} | ${source} |`,
  );
  return ['| unit | USD | source |', '| --- | --- | --- |', ...rows].join('\n');
}
