import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { arn } from '../../shared/account.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Authorize } from '../../shared/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import type { ServiceRequest } from '../../shared/service.ts';
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
}

/** What an operation answers: a status and a JSON body. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Operation = (context: OperationContext, request: ServiceRequest, name: string) => Answer;

/** MediaConvert forgets a client request token after a minute (its user guide says "about"). */
const TOKEN_MS = 60_000;
const PAGE = 20;

export const createJob: Operation = (context, request) => {
  const body = jsonBody(request);
  const asked = parse(jobRequest, body);
  const { role, queue: _queue, tags = {}, userMetadata = {}, clientRequestToken } = asked;
  allow(context, request, 'CreateJob', DEFAULT_QUEUE_ARN);
  context.authorize({
    caller: request.caller,
    action: 'iam:PassRole',
    resource: role,
    context: { 'iam:passedtoservice': 'mediaconvert.amazonaws.com' },
  });
  const settings = parse(jobSettings, asked.settings ?? {});
  const known = earlierJob(context, clientRequestToken, asked);
  if (known !== undefined) return { status: 201, body: { job: presentJob(known) } };
  const now = context.clock.now();
  const id = newJobId(now, context.random);
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_mediaconvert.html
  if (Object.keys(tags).length > 0) allow(context, request, 'TagResource', jobArn(id));
  const job: Job = {
    id,
    arn: jobArn(id),
    status: 'SUBMITTED',
    createdAt: now,
    role,
    queue: DEFAULT_QUEUE_ARN,
    settings: asked.settings,
    userMetadata,
    clientRequestToken,
    statusUpdateInterval: asked.statusUpdateInterval ?? 'SECONDS_60',
    priority: asked.priority ?? 0,
    billingTagsSource: asked.billingTagsSource,
    requestHash: hashOf(asked),
  };
  context.store.add(job, settings.inputs[0]?.fileInput ?? '', tags);
  context.runner.pump();
  return { status: 201, body: { job: presentJob(job) } };
};

/** The job that this token has made within the last minute. */
function earlierJob(
  { store, clock }: OperationContext,
  token: string | undefined,
  asked: z.output<typeof jobRequest>,
): Job | undefined {
  if (token === undefined) return undefined;
  const known = store.findByToken(token, clock.now() - TOKEN_MS);
  if (known === undefined || known.requestHash === hashOf(asked)) return known;
  throw new AwsError(
    'ConflictException',
    `The clientRequestToken ${token} was used within the last minute for another job, ${known.id}.`,
    409,
  );
}

function hashOf(asked: unknown): string {
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}

export const getJob: Operation = (context, request, id) => {
  allow(context, request, 'GetJob', jobArn(id));
  return { status: 200, body: { job: presentJob(found(context, id)) } };
};

export const cancelJob: Operation = (context, request, id) => {
  allow(context, request, 'CancelJob', jobArn(id));
  const job = found(context, id);
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
  allow(context, request, 'ListJobs', DEFAULT_QUEUE_ARN);
  return page(context, parse(listQuery, Object.fromEntries(request.query)));
};

export const searchJobs: Operation = (context, request) => {
  allow(context, request, 'SearchJobs', DEFAULT_QUEUE_ARN);
  return page(context, parse(searchQuery, Object.fromEntries(request.query)));
};

function page({ store }: OperationContext, query: z.output<typeof searchQuery>): Answer {
  const { maxResults = PAGE, nextToken, order = 'DESCENDING', status, inputFile } = query;
  const after = nextToken === undefined ? undefined : Number(nextToken);
  if (after !== undefined && !Number.isSafeInteger(after)) {
    throw new AwsError('BadRequestException', `/nextToken: Should be one that ListJobs gave`, 400);
  }
  const { jobs, next } = store.list({ status, inputFile, order, after, limit: maxResults });
  const token = next === undefined ? {} : { nextToken: String(next) };
  return { status: 200, body: { jobs: jobs.map(presentJob), ...token } };
}

export const getQueue: Operation = (context, request, name) => {
  allow(context, request, 'GetQueue', arn('mediaconvert', `queues/${name}`));
  if (name !== 'Default') throw notFound(`queue ${name}; there is only Default`);
  return { status: 200, body: { queue: defaultQueue(context) } };
};

export const listQueues: Operation = (context, request) => {
  allow(context, request, 'ListQueues', '*');
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

/** There is one endpoint for everything; clients that still ask get it again. */
export const describeEndpoints: Operation = (context, request) => {
  allow(context, request, 'DescribeEndpoints', '*');
  return { status: 200, body: { endpoints: [{ url: `http://${request.headers.host}` }] } };
};

export const tagResource: Operation = (context, request) => {
  const { arn: resource, tags } = parse(tagRequest, jsonBody(request));
  allow(context, request, 'TagResource', resource);
  taggable(context, resource);
  context.store.putTags(resource, tags);
  return { status: 200, body: {} };
};

export const untagResource: Operation = (context, request, resource) => {
  const { tagKeys = [] } = parse(untagRequest, jsonBody(request));
  allow(context, request, 'UntagResource', resource);
  taggable(context, resource);
  context.store.removeTags(resource, tagKeys);
  return { status: 200, body: {} };
};

export const listTags: Operation = (context, request, resource) => {
  allow(context, request, 'ListTagsForResource', resource);
  taggable(context, resource);
  const tags = context.store.tags(resource);
  return { status: 200, body: { resourceTags: { arn: resource, tags } } };
};

function taggable(context: OperationContext, resource: string): void {
  const prefix = jobArn('');
  if (resource === DEFAULT_QUEUE_ARN) return;
  if (!resource.startsWith(prefix)) throw notFound(`resource ${resource}`);
  found(context, resource.slice(prefix.length));
}

function found({ store }: OperationContext, id: string): Job {
  const job = store.find(id);
  if (job === undefined) throw notFound(`job ${id}`);
  return job;
}

function notFound(what: string): AwsError {
  return new AwsError('NotFoundException', `There is no ${what}.`, 404);
}

function allow(
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
