import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { arn } from '../../shared/account.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Authorize } from '../../shared/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ServiceRequest } from '../../shared/service.ts';
import type { TokenBucket } from '../../shared/token-bucket.ts';
import { DEFAULT_QUEUE_ARN, type Job, jobArn, newJobId, presentJob } from '../jobs/job.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { JobStore } from '../jobs/job-store.ts';
import {
  jobRequest,
  listQuery,
  searchQuery,
  tagRequest,
  untagRequest,
} from '../settings/job-request.ts';
import { jobSettings } from '../settings/job-settings.ts';
import { refusal } from '../settings/refusal.ts';

export interface OperationContext {
  readonly store: JobStore;
  readonly runner: JobRunner;
  readonly clock: Clock;
  readonly random: () => string;
  readonly authorize: Authorize;
  readonly createJobs: TokenBucket;
}

/** The response of an operation: a status and a JSON body. */
export interface OperationResponse {
  readonly status: number;
  readonly body: unknown;
}

type Operation = (
  context: OperationContext,
  request: ServiceRequest,
  name: string,
) => OperationResponse;

/** MediaConvert remembers a client request token for a minute ("about" a minute, says its user guide). */
const TOKEN_MS = 60_000;
const PAGE = 20;

export const createJob: Operation = (context, request) => {
  const body = jsonBody(request);
  const input = parse(jobRequest, body);
  const { role, queue: _queue, tags = {}, userMetadata = {}, clientRequestToken } = input;
  requirePermission(context, request, 'CreateJob', DEFAULT_QUEUE_ARN);
  context.authorize({
    caller: request.caller,
    action: 'iam:PassRole',
    resource: role,
    context: { 'iam:passedtoservice': 'mediaconvert.amazonaws.com' },
  });
  if (!context.createJobs.take()) {
    throw new AwsError('TooManyRequestsException', 'Too Many Requests', 429);
  }
  const settings = parse(jobSettings, input.settings ?? {});
  const earlier = earlierJob(context, clientRequestToken, input);
  if (earlier !== undefined) return { status: 201, body: { job: presentJob(earlier) } };
  const now = context.clock.now();
  const id = newJobId(now, context.random);
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_mediaconvert.html
  if (Object.keys(tags).length > 0) requirePermission(context, request, 'TagResource', jobArn(id));
  const job: Job = {
    id,
    arn: jobArn(id),
    status: 'SUBMITTED',
    createdAt: now,
    role,
    queue: DEFAULT_QUEUE_ARN,
    settings: input.settings,
    userMetadata,
    clientRequestToken,
    statusUpdateInterval: input.statusUpdateInterval ?? 'SECONDS_60',
    priority: input.priority ?? 0,
    billingTagsSource: input.billingTagsSource,
    requestHash: hashOf(input),
  };
  context.store.add(job, settings.inputs[0]?.fileInput ?? '', tags);
  context.runner.startWaitingJobs();
  return { status: 201, body: { job: presentJob(job) } };
};

/** The job that was created with this token within the last minute. */
function earlierJob(
  { store, clock }: OperationContext,
  token: string | undefined,
  input: z.output<typeof jobRequest>,
): Job | undefined {
  if (token === undefined) return undefined;
  const earlier = store.findByToken(token, clock.now() - TOKEN_MS);
  if (earlier === undefined || earlier.requestHash === hashOf(input)) return earlier;
  throw new AwsError(
    'ConflictException',
    `The clientRequestToken ${token} was used within the last minute for another job, ${earlier.id}.`,
    409,
  );
}

function hashOf(input: unknown): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}

export const getJob: Operation = (context, request, id) => {
  requirePermission(context, request, 'GetJob', jobArn(id));
  return { status: 200, body: { job: presentJob(findJob(context, id)) } };
};

export const cancelJob: Operation = (context, request, id) => {
  requirePermission(context, request, 'CancelJob', jobArn(id));
  const job = findJob(context, id);
  if (!context.runner.cancel(id)) {
    throw new AwsError(
      'ConflictException',
      `Only a job that is SUBMITTED or PROGRESSING can be canceled; job ${id} is ${job.status}.`,
      409,
    );
  }
  return { status: 202, body: {} };
};

export const listJobs: Operation = (context, request) => {
  requirePermission(context, request, 'ListJobs', DEFAULT_QUEUE_ARN);
  return page(context, parse(listQuery, Object.fromEntries(request.query)));
};

export const searchJobs: Operation = (context, request) => {
  requirePermission(context, request, 'SearchJobs', DEFAULT_QUEUE_ARN);
  return page(context, parse(searchQuery, Object.fromEntries(request.query)));
};

function page({ store }: OperationContext, query: z.output<typeof searchQuery>): OperationResponse {
  const { maxResults = PAGE, nextToken, order = 'DESCENDING', status, inputFile } = query;
  const after = nextToken === undefined ? undefined : Number(nextToken);
  if (after !== undefined && !Number.isSafeInteger(after)) {
    throw new AwsError(
      'BadRequestException',
      `/nextToken: Should be a token that ListJobs returned`,
      400,
    );
  }
  const { jobs, next } = store.list({ status, inputFile, order, after, limit: maxResults });
  const token = next === undefined ? {} : { nextToken: String(next) };
  return { status: 200, body: { jobs: jobs.map(presentJob), ...token } };
}

export const getQueue: Operation = (context, request, name) => {
  requirePermission(context, request, 'GetQueue', arn('mediaconvert', `queues/${name}`));
  if (name !== 'Default') throw notFound(`queue ${name}; there is only Default`);
  return { status: 200, body: { queue: defaultQueue(context) } };
};

export const listQueues: Operation = (context, request) => {
  requirePermission(context, request, 'ListQueues', '*');
  return { status: 200, body: { queues: [defaultQueue(context)] } };
};

function defaultQueue({ store }: OperationContext): Record<string, unknown> {
  return {
    arn: DEFAULT_QUEUE_ARN,
    name: 'Default',
    type: 'SYSTEM',
    status: 'ACTIVE',
    pricingPlan: 'ON_DEMAND',
    submittedJobsCount: store.withStatus('SUBMITTED').length,
    progressingJobsCount: store.withStatus('PROGRESSING').length,
  };
}

/** There is one endpoint. Older clients still request it. */
export const describeEndpoints: Operation = (context, request) => {
  requirePermission(context, request, 'DescribeEndpoints', '*');
  return { status: 200, body: { endpoints: [{ url: `http://${request.headers.host}` }] } };
};

export const tagResource: Operation = (context, request) => {
  const { arn: resource, tags } = parse(tagRequest, jsonBody(request));
  requirePermission(context, request, 'TagResource', resource);
  requireTaggable(context, resource);
  context.store.putTags(resource, tags);
  return { status: 200, body: {} };
};

export const untagResource: Operation = (context, request, resource) => {
  const { tagKeys = [] } = parse(untagRequest, jsonBody(request));
  requirePermission(context, request, 'UntagResource', resource);
  requireTaggable(context, resource);
  context.store.removeTags(resource, tagKeys);
  return { status: 200, body: {} };
};

export const listTags: Operation = (context, request, resource) => {
  requirePermission(context, request, 'ListTagsForResource', resource);
  requireTaggable(context, resource);
  const tags = context.store.tags(resource);
  return { status: 200, body: { resourceTags: { arn: resource, tags } } };
};

function requireTaggable(context: OperationContext, resource: string): void {
  const prefix = jobArn('');
  if (resource === DEFAULT_QUEUE_ARN) return;
  if (!resource.startsWith(prefix)) throw notFound(`resource ${resource}`);
  findJob(context, resource.slice(prefix.length));
}

function findJob({ store }: OperationContext, id: string): Job {
  const job = store.find(id);
  if (job === undefined) throw notFound(`job ${id}`);
  return job;
}

function notFound(what: string): AwsError {
  return new AwsError('NotFoundException', `There is no ${what}.`, 404);
}

function requirePermission(
  { authorize }: OperationContext,
  { caller }: ServiceRequest,
  action: string,
  resource: string,
): void {
  authorize({ caller, action: `mediaconvert:${action}`, resource });
}

function jsonBody({ body }: ServiceRequest): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('BadRequestException', 'The request body is not JSON.', 400);
  }
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw refusal(parsed.error, input);
  return parsed.data;
}
