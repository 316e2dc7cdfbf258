import { join } from 'node:path';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Credentials } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { EmitEvent } from '../shared/events.ts';
import type { Service, ServiceRequest } from '../shared/service.ts';
import { type RateLimit, TokenBucket } from '../shared/token-bucket.ts';
import * as operations from './api/operations.ts';
import { type JobLimits, JobRunner } from './jobs/job-runner.ts';
import { JobStore } from './jobs/job-store.ts';
import { Outbox } from './jobs/outbox.ts';

export interface MediaConvertOptions {
  /** The data folder of the local cloud. Jobs and unfinished outputs are stored in `<dataDir>/mediaconvert`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** Receives `MediaConvert Job State Change` events. If it throws, the event is sent again a second later. */
  readonly emit: EmitEvent;
  /** Credentials of a job's role. If it throws, the job fails with 1434. */
  readonly credentialsFor: (roleArn: string, sessionName: string) => Credentials;
  /** `http://127.0.0.1:<port>`. Called when a job starts. */
  readonly s3Endpoint: () => string;
  /** A new UUID. */
  readonly random: () => string;
  readonly limits?: Partial<JobLimits>;
  /**
   * How many jobs can be created; a job above it is refused with TooManyRequestsException.
   * @default 2 a second, 100 at once: the default quota of an account
   */
  readonly createJobRate?: RateLimit;
}

export interface MediaConvert {
  readonly service: Service;
  /** Continues the work of an earlier process: undelivered events, running jobs (from their beginning), the queue. */
  resume(): void;
  /** Kills the processes of running jobs. The jobs run again after the next start. */
  close(): Promise<void>;
}

const LIMITS: JobLimits = {
  // The encoders of a job use two cores. A second job uses them while the first one waits for S3.
  maxConcurrentJobs: 2,
  maxJobMs: 12 * 60 * 60 * 1000,
  maxMemoryBytes: 3 * 1024 * 1024 * 1024,
};

/** "Request rate" in Service Quotas: https://docs.aws.amazon.com/general/latest/gr/mediaconvert.html */
const CREATE_JOB_RATE: RateLimit = { rate: 2, burst: 100 };

const PREFIX = '/2017-08-29/';

type Route = readonly [
  method: string,
  resource: string,
  named: boolean,
  operation: typeof operations.getJob,
];

const ROUTES: readonly Route[] = [
  ['POST', 'jobs', false, operations.createJob],
  ['GET', 'jobs', false, operations.listJobs],
  ['GET', 'jobs', true, operations.getJob],
  ['DELETE', 'jobs', true, operations.cancelJob],
  ['GET', 'search', false, operations.searchJobs],
  ['GET', 'queues', false, operations.listQueues],
  ['GET', 'queues', true, operations.getQueue],
  ['POST', 'endpoints', false, operations.describeEndpoints],
  ['POST', 'tags', false, operations.tagResource],
  ['PUT', 'tags', true, operations.untagResource],
  ['GET', 'tags', true, operations.listTags],
];

/**
 * MediaConvert, implemented with FFmpeg. Jobs are stored in SQLite and run in one process each. They read
 * from and write to S3 as the job's role, and their states are sent as events of MediaConvert.
 */
export function createMediaConvert(options: MediaConvertOptions): MediaConvert {
  const { clock, authorize, random, credentialsFor, s3Endpoint } = options;
  const folder = join(options.dataDir, 'mediaconvert');
  const store = new JobStore(join(folder, 'mediaconvert.sqlite'));
  const outbox = new Outbox(store, options.emit, clock);
  const runner = new JobRunner({
    store,
    outbox,
    clock,
    random,
    workDir: join(folder, 'work'),
    credentialsFor,
    s3Endpoint,
    limits: { ...LIMITS, ...options.limits },
  });
  const createJobs = new TokenBucket(clock, options.createJobRate ?? CREATE_JOB_RATE);
  const context = { store, runner, clock, random, authorize, createJobs };
  return {
    service: {
      signingName: 'mediaconvert',
      protocol: 'rest-json',
      async handle(request) {
        const { operation, name } = routeOf(request);
        const { status, body } = operation(context, request, name);
        return {
          status,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        };
      },
    },
    resume() {
      outbox.flush();
      runner.resume();
    },
    async close() {
      outbox.close();
      await runner.close();
      store.close();
    },
  };
}

function routeOf({ method, path }: ServiceRequest) {
  const [, resource, name] = /^([^/]+)(?:\/(.+))?$/.exec(path.slice(PREFIX.length)) ?? [];
  for (const [verb, kind, named, operation] of path.startsWith(PREFIX) ? ROUTES : []) {
    if (verb === method && kind === resource && named === (name !== undefined)) {
      return { operation, name: name ?? '' };
    }
  }
  throw new AwsError(
    'NotFoundException',
    `The operation ${method} ${path} is not supported; supported are jobs, search, queues/Default, endpoints and tags.`,
    404,
  );
}
