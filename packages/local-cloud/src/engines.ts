import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiGateway } from './apigateway/apigateway.ts';
import type { Closing } from './closing.ts';
import type { Assets } from './cloudformation/assets.ts';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import { createFrontDoor, type InterceptCall } from './endpoint/front-door.ts';
import { createEvents } from './events/events.ts';
import type { FaultEngine } from './faults/faults.ts';
import type { Iam } from './iam/iam.ts';
import { createIdentity } from './identity/identity.ts';
import type { SeededAccount } from './identity/user-pool.ts';
import { listenAgain } from './kept-port.ts';
import type { OnLog } from './lambda/function-log.ts';
import { createLambda } from './lambda/lambda.ts';
import { createMediaConvert } from './mediaconvert/mediaconvert.ts';
import { createS3 } from './s3/s3.ts';
import { arn } from './shared/account.ts';
import type { Clock } from './shared/clock.ts';
import type { ResourceProvider } from './shared/resource.ts';
import { createSqs } from './sqs/sqs.ts';
import { createStates } from './states/create-states.ts';

/** Ports of the four listeners; 0 takes a free one. */
export interface Ports {
  readonly s3: number;
  readonly services: number;
  readonly api: number;
  readonly identity: number;
}

export interface EngineOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly ports: Ports;
  readonly iam: Iam;
  readonly dynamodb: DynamoDb;
  readonly assets: Assets;
  readonly seeds: readonly SeededAccount[];
  readonly intercept?: InterceptCall;
  readonly faults?: FaultEngine;
  readonly onLog?: OnLog;
  readonly onFault: (error: unknown, where: string) => void;
}

/** All engines, listening and wired to each other, with no resource yet. */
export interface Engines {
  readonly endpoints: { readonly s3: string; readonly services: string; readonly identity: string };
  readonly providers: readonly ResourceProvider[];
  /** Replaces AWS host names of hosted resources by where they really are. */
  localUrl(text: string): string;
  /** Takes up what an earlier process has left; once every resource is there. */
  resume(): void;
  /** Starts an environment of every function. */
  warmUp(): Promise<void>;
}

/** For whom MediaConvert takes a job's role: https://docs.aws.amazon.com/mediaconvert/latest/ug/confused-deputy.html */
const JOBS = arn('mediaconvert', 'queues/Default');

/** Opens every engine; `closing` gets them in the order in which they were opened. */
export async function openEngines(options: EngineOptions, closing: Closing): Promise<Engines> {
  const { dataDir, clock, ports, iam, dynamodb, assets, onFault, faults } = options;
  const { authorize, credentials } = iam;
  const random = randomUUID;
  // Filled below, before the first resource is made.
  const endpoints = { s3: '', services: '', identity: '' };
  const session = (service: string, roleArn: string, sessionName: string, sourceArn?: string) =>
    iam.credentialsForService({
      service: `${service}.amazonaws.com`,
      roleArn,
      sessionName,
      ...(sourceArn ? { sourceArn } : {}),
    });

  const sqs = closing.add(
    createSqs({ dataDir, clock, authorize, random, endpoint: () => endpoints.services }),
  );
  const lambda = closing.add(
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
      ...(options.onLog ? { onLog: options.onLog } : {}),
      ...(faults ? { faultOfRun: faults.ofRun } : {}),
    }),
  );
  const invoke: typeof lambda.invoke = faults
    ? (call) => faults.invoke(call, lambda.invoke)
    : lambda.invoke;
  const events = closing.add(
    createEvents({
      dataDir,
      clock,
      authorize,
      random,
      endpoint: () => endpoints.services,
      credentialsFor: (role, rule) => session('events', role, 'events', rule),
      invoke,
      sendToQueue: sqs.send,
      onDropped: (dropped) => onFault(dropped, 'events: delivered nowhere'),
      ...(faults ? { gate: faults.gate } : {}),
    }),
  );
  const { emit } = events;
  const states = closing.add(
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
  // Ends of MediaConvert jobs, for `createJob.sync`.
  events.subscribe((event) => states.deliver(event));
  const mediaconvert = closing.add(
    createMediaConvert({
      dataDir,
      clock,
      authorize,
      emit,
      random,
      credentialsFor: (role, name) => session('mediaconvert', role, name, JOBS),
      s3Endpoint: () => endpoints.s3,
    }),
  );
  const s3 = closing.add(
    await createS3({
      dataDir: join(dataDir, 's3'),
      clock,
      credentials,
      authorize,
      emit,
      reportFault: (error, request) => onFault(error, `s3 ${request}`),
      ...(faults ? { around: faults.aroundS3 } : {}),
    }),
  );
  const identity = closing.add(
    await createIdentity({ dataDir, clock, seeds: options.seeds, random, port: ports.identity }),
  );
  const hosting = [iam, dynamodb, sqs, lambda, events, states];
  const services = [...hosting, mediaconvert];
  const frontDoor = closing.add(
    createFrontDoor({
      services: services.map(({ service }) => service),
      credentials,
      clock,
      newId: random,
      ...interception(options),
      onFault: (error, { service, operation }) => onFault(error, `${service} ${operation}`),
    }),
  );
  // Last to open and first to close: what comes in needs all the others.
  const api = closing.add(
    createApiGateway({
      dataDir,
      clock,
      random,
      port: ports.api,
      invoke,
      onFault: (error) => onFault(error, 'apigateway'),
    }),
  );
  [endpoints.s3, endpoints.services] = await Promise.all([
    listenAgain(join(dataDir, 's3.port'), ports.s3, s3.listen),
    listenAgain(join(dataDir, 'services.port'), ports.services, frontDoor.listen),
  ]);
  endpoints.identity = identity.url;
  return {
    endpoints,
    providers: [...hosting, s3, identity, api].flatMap(({ providers }) => providers),
    localUrl: (text) => identity.localUrl(api.localUrl(text)),
    resume() {
      lambda.resume();
      mediaconvert.resume();
      states.resume();
      events.resume();
    },
    warmUp: () => lambda.warmUp(),
  };
}

/** Faults stand nearest to the service: what the caller's own interception does, it does to a faulty cloud. */
function interception({ intercept, faults }: EngineOptions): { intercept?: InterceptCall } {
  if (!faults) return intercept ? { intercept } : {};
  if (!intercept) return { intercept: faults.intercept };
  return { intercept: (call, next) => intercept(call, () => faults.intercept(call, next)) };
}
