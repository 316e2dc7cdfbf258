import { join } from 'node:path';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Credentials } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import type { EmitEvent } from '../shared/events.ts';
import type { Service, ServiceRequest } from '../shared/service.ts';
import * as operations from './api/operations.ts';
import { type JobLimits, JobRunner } from './jobs/job-runner.ts';
import { JobStore } from './jobs/job-store.ts';
import { Outbox } from './jobs/outbox.ts';

export interface MediaConvertOptions {
  /** The cloud's data folder; jobs and unfinished outputs stand in `<dataDir>/mediaconvert`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** Takes `MediaConvert Job State Change`; what it throws on is tried again a second later. */
  readonly emit: EmitEvent;
  /** Credentials of a job's role. An error it throws ends the job with 1434. */
  readonly credentialsFor: (roleArn: string, sessionName: string) => Credentials;
  /** `http://127.0.0.1:<port>`, asked when a job starts. */
  readonly s3Endpoint: () => string;
  /** A new UUID. */
  readonly random: () => string;
  readonly limits?: Partial<JobLimits>;
}

export interface MediaConvert {
  readonly service: Service;
  /** Takes up what an earlier process has left: undelivered events, jobs that ran (from their beginning), the queue. */
  resume(): void;
  /** Kills the running jobs' processes; their jobs begin again after the next start. */
  close(): Promise<void>;
}

const LIMITS: JobLimits = {
  // A job's encoders fill two cores; a second one keeps them busy while the first waits for S3.
  jobsAtOnce: 2,
  longestJobMs: 12 * 60 * 60 * 1000,
  memory: 3 * 1024 * 1024 * 1024,
};

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
 * MediaConvert on FFmpeg: jobs are kept in SQLite, run one process each, read from and write to S3 as the
 * job's role, and tell their states as MediaConvert's EventBridge events.
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
  const context = { store, runner, clock, random, authorize };
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
    `MediaConvert here has no operation ${method} ${path}; it has jobs, search, queues/Default, endpoints and tags.`,
    404,
  );
}
