/** How many AWS requests one run may make, retries of the SDK included. */
export interface RequestLimit {
  /** Sustained rate, in requests a second. */
  readonly perSecond: number;
  /** How many requests may follow each other without a pause at the start of a run, or after a pause. */
  readonly burst: number;
  readonly perRun: number;
}

/**
 * The limits of a run. Each account shares the request rates of a service between all its callers; so that a backlog
 * does not throttle the uploads of users, a run uses a small part of the smallest documented rates:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (API action throttling) and
 * https://docs.aws.amazon.com/general/latest/gr/mediaconvert.html.
 */
export const RUN_LIMITS = {
  /** DynamoDB, S3 and EventBridge together. The burst includes one query for each shard of each kind of work. */
  data: { perSecond: 50, burst: 500, perRun: 10_000 },
  /** Step Functions and MediaConvert together. */
  workflow: { perSecond: 5, burst: 5, perRun: 1_000 },
} as const satisfies Readonly<Record<string, RequestLimit>>;

/**
 * How many executions one run may cause, each with a job: by StartExecution, or by a form's file that it accepts, for
 * which S3's event starts one.
 */
export const MAX_STARTS_PER_RUN = 250;

/** A limit of the run is reached. The next run does what is left. */
export class RunLimitReached extends Error {
  override readonly name = 'RunLimitReached';
}
