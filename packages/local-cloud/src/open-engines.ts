import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiGateway } from './apigateway/apigateway.ts';
import type { Assets } from './cloudformation/assets.ts';
import { type CloudFrontReport, createCloudFront } from './cloudfront/cloudfront.ts';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import { createEndpoint } from './endpoint/endpoint.ts';
import { createEvents } from './events/events.ts';
import type { Iam } from './iam/iam.ts';
import { createIdentity } from './identity/identity.ts';
import type { SeededAccount } from './identity/user-pool.ts';
import type { Interception } from './interception.ts';
import type { OnLog } from './lambda/function-log.ts';
import { createLambda } from './lambda/lambda.ts';
import { listenOnSamePort } from './listen-on-same-port.ts';
import { createMediaConvert } from './mediaconvert/mediaconvert.ts';
import { createS3 } from './s3/s3.ts';
import { createSecretsManager } from './secretsmanager/secrets-manager.ts';
import { arn } from './shared/account.ts';
import type { Clock } from './shared/clock.ts';
import type { ResourceProvider } from './shared/resource.ts';
import type { RateLimit } from './shared/token-bucket.ts';
import type { Shutdown } from './shutdown.ts';
import { createSqs } from './sqs/sqs.ts';
import { createStates } from './states/create-states.ts';

/** Ports of the listeners on 127.0.0.1; `api` and `cdn` are those of the first API and the first distribution. 0 selects the port of the last start, or a free one. */
export interface Ports {
  readonly s3: number;
  readonly services: number;
  readonly api: number;
  readonly identity: number;
  readonly cdn: number;
}

export interface EngineOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly ports: Ports;
  readonly iam: Iam;
  readonly dynamodb: DynamoDb;
  readonly assets: Assets;
  readonly seeds: readonly SeededAccount[];
  readonly interception: Interception;
  readonly jobs?: JobOptions;
  readonly onLog?: OnLog;
  readonly ignoresUnnamedChecksums: boolean;
  readonly onError: (error: unknown, where: string) => void;
}

/** The quotas of MediaConvert. */
export interface JobOptions {
  /**
   * Jobs that run at the same time. Others stay SUBMITTED.
   * @default 2, for the two cores that a job uses
   */
  readonly atOnce?: number;
  /**
   * Jobs that can be created; a job above it is refused with TooManyRequestsException.
   * @default 2 a second, 100 at once
   */
  readonly createRate?: RateLimit;
}

function jobOptions({ atOnce, createRate }: JobOptions = {}) {
  return {
    ...(atOnce === undefined ? {} : { limits: { maxConcurrentJobs: atOnce } }),
    ...(createRate === undefined ? {} : { createJobRate: createRate }),
  };
}

/** All engines, connected to each other and listening. They have no resources yet. */
export interface Engines {
  readonly endpoints: { readonly s3: string; readonly services: string; readonly identity: string };
  readonly providers: readonly ResourceProvider[];
  /** Replaces the AWS host names of hosted resources with local URLs. */
  localUrl(text: string): string;
  /** Counters of distributions and their functions. */
  cloudFrontReport(): CloudFrontReport;
  /** Continues the work of an earlier process. Call it when every resource exists. */
  resume(): void;
  /** Starts an execution environment of every function. */
  warmUp(): Promise<void>;
}

/** `aws:SourceArn` when MediaConvert assumes the role of a job: https://docs.aws.amazon.com/mediaconvert/latest/ug/confused-deputy.html */
const JOBS = arn('mediaconvert', 'queues/Default');

/** Opens every engine and registers each with `shutdown`. */
export async function openEngines(options: EngineOptions, shutdown: Shutdown): Promise<Engines> {
  const { dataDir, clock, ports, iam, dynamodb, assets, onError, interception } = options;
  const { authorize, credentials } = iam;
  const random = randomUUID;
  // Set below, before the first resource is created.
  const endpoints = { s3: '', services: '', identity: '' };
  const session = (service: string, roleArn: string, sessionName: string, sourceArn?: string) =>
    iam.credentialsForService({
      service: `${service}.amazonaws.com`,
      roleArn,
      sessionName,
      ...(sourceArn ? { sourceArn } : {}),
    });

  const sqs = shutdown.add(
    createSqs({ dataDir, clock, authorize, random, endpoint: () => endpoints.services }),
  );
  const lambda = shutdown.add(
    createLambda({
      dataDir,
      clock,
      authorize,
      random,
      credentialsFor: (role, name) =>
        session('lambda', role, name, arn('lambda', `function:${name}`)),
      endpoints: () => endpoints,
      assetPath: (bucket, key) => assets.pathOf(bucket, key),
      sendToQueue: sqs.send,
      checkSendToQueue: sqs.checkSend,
      onError: (error) => onError(error, 'lambda: an asynchronous invocation'),
      ...(options.onLog ? { onLog: options.onLog } : {}),
      ...(interception.run ? { interruptRun: interception.run } : {}),
    }),
  );
  const { invocation: intercept } = interception;
  const invoke: typeof lambda.invoke = intercept
    ? (call) => intercept(call, lambda.invoke)
    : lambda.invoke;
  const secrets = shutdown.add(
    createSecretsManager({
      dataDir,
      clock,
      authorize,
      random,
      invoke,
      onError: (error) => onError(error, 'secretsmanager: a rotation'),
    }),
  );
  const events = shutdown.add(
    createEvents({
      dataDir,
      clock,
      authorize,
      random,
      endpoint: () => endpoints.services,
      credentialsFor: (role, rule) => session('events', role, 'events', rule),
      invoke,
      sendToQueue: sqs.send,
      onDropped: (dropped) =>
        onError(dropped, 'events: an event that no target and no dead-letter queue accepted'),
      ...(interception.event ? { interceptEvent: interception.event } : {}),
    }),
  );
  const { emit } = events;
  const states = shutdown.add(
    createStates({
      dataDir: join(dataDir, 'states'),
      clock,
      authorize,
      emit,
      logFile: join(dataDir, 'logs', 'executions.ndjson'),
      credentialsFor: (role, name, machine) => session('states', role, name, machine),
      endpoints: () => ({ endpoint: endpoints.services, s3Endpoint: endpoints.s3 }),
      readAsset: (bucket, key) => readFile(assets.pathOf(bucket, key), 'utf8'),
    }),
  );
  // `createJob.sync` waits for the events of MediaConvert jobs.
  events.subscribe((event) => states.deliver(event));
  const mediaconvert = shutdown.add(
    createMediaConvert({
      dataDir,
      clock,
      authorize,
      emit,
      random,
      credentialsFor: (role, name) => session('mediaconvert', role, name, JOBS),
      s3Endpoint: () => endpoints.s3,
      ...jobOptions(options.jobs),
    }),
  );
  const s3 = shutdown.add(
    await createS3({
      dataDir: join(dataDir, 's3'),
      clock,
      credentials,
      authorize,
      emit,
      ignoresUnnamedChecksums: options.ignoresUnnamedChecksums,
      onError: (error, request) => onError(error, `s3 ${request}`),
      ...(interception.s3Call ? { around: interception.s3Call } : {}),
    }),
  );
  const identity = shutdown.add(
    await createIdentity({ dataDir, clock, seeds: options.seeds, random, port: ports.identity }),
  );
  const cloudfront = shutdown.add(
    createCloudFront({
      dataDir,
      clock,
      authorize,
      random,
      port: ports.cdn,
      readFromBucket: s3.read,
      onError: (error) => onError(error, 'cloudfront'),
    }),
  );
  const hosting = [iam, dynamodb, sqs, lambda, secrets, events, states];
  const services = [...hosting, mediaconvert];
  const endpoint = shutdown.add(
    createEndpoint({
      services: [
        ...services.map(({ service }) => service),
        iam.policyService,
        ...cloudfront.services,
      ],
      credentials,
      clock,
      newId: random,
      ...(interception.call ? { intercept: interception.call } : {}),
      onError: (error, { service, operation }) => onError(error, `${service} ${operation}`),
    }),
  );
  // Opened last and closed first: its requests need all other engines.
  const api = shutdown.add(
    createApiGateway({
      dataDir,
      clock,
      random,
      port: ports.api,
      invoke,
      onError: (error) => onError(error, 'apigateway'),
    }),
  );
  [endpoints.s3, endpoints.services] = await Promise.all([
    listenOnSamePort(join(dataDir, 's3.port'), ports.s3, s3.listen),
    listenOnSamePort(join(dataDir, 'services.port'), ports.services, endpoint.listen),
  ]);
  endpoints.identity = identity.url;
  return {
    endpoints,
    providers: [...hosting, s3, identity, api, cloudfront].flatMap(({ providers }) => providers),
    localUrl: (text) => identity.localUrl(api.localUrl(text)),
    cloudFrontReport: cloudfront.report,
    resume() {
      lambda.resume();
      mediaconvert.resume();
      states.resume();
      events.resume();
    },
    warmUp: () => lambda.warmUp(),
  };
}
