import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { arn } from '../shared/account.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Authorize, Caller, Credentials } from '../shared/caller.ts';
import type { Clock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import { lambdaService } from './api.ts';
import { AsyncQueue, asyncQueueSchema } from './async-queue.ts';
import {
  type AsynchronousSettings,
  attemptInvocation,
  checkDestinations,
  type SendToQueue,
} from './asynchronous.ts';
import type { Endpoints } from './environment.ts';
import { logToFile, type OnLog } from './function-log.ts';
import { FunctionPool, MAX_SANDBOXES, shuttingDown } from './function-pool.ts';
import {
  checkPayload,
  type HostedFunction,
  MAX_REQUEST_BYTES,
  recordOutput,
  runFunction,
} from './hosted-function.ts';
import type { InterruptRun } from './interruption.ts';
import type { InvokeCall, InvokeResponse } from './invocation.ts';
import {
  eventInvokeProperties,
  type FunctionProperties,
  functionProperties,
  permissionProperties,
} from './properties.ts';
import { ResourcePolicy } from './resource-policy.ts';

/** 1 MB since 2025, 256 KB before: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ASYNC_BYTES = 1_048_576;

export interface LambdaOptions {
  /** The data folder of the cloud. Queue: `<dataDir>/lambda`; logs: `<dataDir>/logs`. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** Credentials of a new session of the role. */
  readonly credentialsFor: (roleArn: string, sessionName: string) => Credentials;
  readonly endpoints: () => Endpoints;
  /** The folder of the bundle that `Code` names. */
  readonly assetPath: (bucket: string, key: string) => string;
  /** Returns a new UUID. */
  readonly random: () => string;
  readonly sendToQueue: SendToQueue;
  /** Throws as `sendToQueue` would for this caller: QueueDoesNotExist, AccessDenied. Sends nothing. */
  readonly checkSendToQueue: (queueArn: string, caller: Caller) => void;
  /** Called with an error of the engine itself during an asynchronous invocation. */
  readonly onError: (error: unknown) => void;
  readonly onLog?: OnLog;
  readonly interruptRun?: InterruptRun;
}

export interface Lambda {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /**
   * Runs or queues a function. Throws AwsError for a mistake in the call, not for a failure of the function.
   */
  invoke(call: InvokeCall): Promise<InvokeResponse>;
  /** Continues the asynchronous invocations of an earlier process. Call it when every resource exists. */
  resume(): void;
  /**
   * Starts an environment of every function, one after the other, so that no first call has a cold start. AWS
   * can do so too (proactive initialization).
   */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the Lambda engine: functions run in worker threads, from the assets of the template, with the roles
 * of the template.
 */
export function createLambda(options: LambdaOptions): Lambda {
  const { clock, authorize, random, dataDir } = options;
  const database = openDatabase(join(dataDir, 'lambda', 'lambda.sqlite'), asyncQueueSchema);
  const functions = new Map<string, HostedFunction>();
  let closing = false;

  const find = (nameOrArn: string): HostedFunction => {
    const name = /([^:]+)(?::\$LATEST)?$/.exec(nameOrArn)?.[1] ?? nameOrArn;
    const hosted = functions.get(name);
    if (hosted === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: ${arn('lambda', `function:${name}`)}`,
        404,
      );
    return hosted;
  };

  const run = (hosted: HostedFunction, payload: string, requestId: string, context?: string) => {
    const interruption = options.interruptRun?.({ functionName: hosted.name, payload });
    return runFunction({
      hosted,
      payload,
      requestId,
      traceId: traceId(clock.now(), random()),
      clock,
      ...(context === undefined ? {} : { clientContext: context }),
      ...(interruption ? { interruption } : {}),
    });
  };

  const byArn = (functionArn: string) => functions.get(functionArn.split(':').at(-1) ?? '');
  const asynchronous: AsynchronousSettings = {
    clock,
    sendToQueue: options.sendToQueue,
    find: byArn,
    run: async (hosted, { payload, requestId }) => {
      const response = await run(hosted, payload, requestId);
      // An invocation that the shutdown interrupts has not failed.
      if (closing) throw shuttingDown();
      return response;
    },
  };
  const queue = new AsyncQueue({
    database,
    clock,
    concurrency(functionArn) {
      const reserved = byArn(functionArn)?.properties.ReservedConcurrentExecutions;
      // A function with a concurrency of 0 is throttled, so its events expire.
      return Math.max(1, Math.min(MAX_SANDBOXES, reserved ?? MAX_SANDBOXES));
    },
    attempt: (invocation) => attemptInvocation(asynchronous, invocation),
    onError: options.onError,
  });

  async function invoke(call: InvokeCall): Promise<InvokeResponse> {
    const hosted = find(call.functionArn);
    authorize({
      caller: call.caller,
      action: 'lambda:InvokeFunction',
      resource: hosted.arn,
      ...(hosted.policy.document === undefined ? {} : { resourcePolicy: hosted.policy.document }),
    });
    const requestId = random();
    const done = { payload: '', requestId, logTail: '' };
    if (call.type === 'DryRun') return { statusCode: 204, ...done };
    const limit = call.type === 'Event' ? MAX_ASYNC_BYTES : MAX_REQUEST_BYTES;
    checkPayload(call.payload, limit, call.type);
    if (call.type === 'RequestResponse')
      return await run(hosted, call.payload, requestId, call.clientContext);
    queue.accept(requestId, hosted.arn, call.payload);
    return { statusCode: 202, ...done };
  }

  function host(name: string, properties: FunctionProperties): HostedFunction {
    const { S3Bucket, S3Key } = properties.Code;
    const path = options.assetPath(S3Bucket, S3Key);
    if (!statSync(path).isDirectory())
      throw new AwsError(
        'InvalidParameterValueException',
        `The code of ${name} is the file ${path}; the local cloud runs folders only.`,
      );
    const log = logToFile(join(dataDir, 'logs', `${name}.ndjson`), options.onLog);
    const tails = new Map<string, string>();
    const functionArn = arn('lambda', `function:${name}`);
    return {
      name,
      arn: functionArn,
      properties,
      codeSha256: createHash('sha256').update(S3Key).digest('base64'),
      lastModified: new Date(clock.now()).toISOString(),
      log,
      tails,
      policy: functions.get(name)?.policy ?? new ResourcePolicy(functionArn),
      eventInvoke: functions.get(name)?.eventInvoke,
      pool: new FunctionPool({
        functionName: name,
        properties,
        taskRoot: realpathSync(path),
        temporaryFolder: join(dataDir, 'lambda', 'tmp', name),
        clock,
        random,
        credentials: () => options.credentialsFor(properties.Role, name),
        endpoints: options.endpoints,
        onOutput: (requestId, stream, message) =>
          recordOutput({ name, log, tails }, clock, { requestId, stream, message }),
      }),
    };
  }

  const functionProvider: ResourceProvider<FunctionProperties> = {
    type: 'AWS::Lambda::Function',
    properties: functionProperties,
    provide: async ({ physicalName, properties }) => {
      const name = properties.FunctionName ?? physicalName;
      await functions.get(name)?.pool.close();
      const hosted = host(name, properties);
      functions.set(name, hosted);
      return { ref: name, attributes: { Arn: hosted.arn } };
    },
  };
  const permissionProvider: ResourceProvider<(typeof permissionProperties)['_output']> = {
    type: 'AWS::Lambda::Permission',
    properties: permissionProperties,
    provide: async ({ physicalName, properties }) => {
      find(properties.FunctionName).policy.add(physicalName, properties);
      return { ref: physicalName, attributes: { Id: physicalName } };
    },
  };
  const eventInvokeProvider: ResourceProvider<(typeof eventInvokeProperties)['_output']> = {
    type: 'AWS::Lambda::EventInvokeConfig',
    properties: eventInvokeProperties,
    provide: async ({ physicalName, properties }) => {
      const hosted = find(properties.FunctionName);
      checkDestinations(hosted, properties, options.checkSendToQueue);
      hosted.eventInvoke = properties;
      return { ref: physicalName, attributes: {} };
    },
  };

  return {
    service: lambdaService({ authorize, find, all: () => [...functions.values()], invoke }),
    providers: [functionProvider, permissionProvider, eventInvokeProvider] as ResourceProvider[],
    invoke,
    resume: () => queue.resume(),
    async warmUp() {
      for (const { pool } of functions.values()) await pool.warmUp();
    },
    async close() {
      closing = true;
      queue.close();
      await Promise.all([...functions.values()].map(({ pool }) => pool.close()));
      database.close();
    },
  };
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html: version, time in hex, 96 bits. */
function traceId(now: number, uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds}-${hex.slice(0, 24)};Parent=${hex.slice(16)};Sampled=0`;
}
