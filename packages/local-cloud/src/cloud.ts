import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readAssembly } from './cloudformation/assembly.ts';
import { type HostedResource, hostAssembly } from './cloudformation/host.ts';
import { NO_OP_PROVIDERS } from './cloudformation/no-op-providers.ts';
import type { CloudFrontReport } from './cloudfront/cloudfront.ts';
import { lockDataFolder } from './data-folder.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import type { IndexLag } from './dynamodb/engine/index.ts';
import type { InterceptCall } from './endpoint/endpoint.ts';
import { type Control, openControl } from './faults/control.ts';
import { createFaults, type FaultInjector, type Faults } from './faults/faults.ts';
import type { FaultRuleInput } from './faults/rule.ts';
import { createIam } from './iam/iam.ts';
import type { SeededAccount } from './identity/user-pool.ts';
import { nestCalls } from './interception.ts';
import type { OnLog } from './lambda/function-log.ts';
import { openLogFile } from './log-file.ts';
import { type JobOptions, openEngines, type Ports } from './open-engines.ts';
import { withPolicyCheck } from './policy-check.ts';
import type { AuditEntry } from './shared/audit-log.ts';
import type { Credentials } from './shared/caller.ts';
import type { CapacityEntry } from './shared/capacity-log.ts';
import { type Clock, MovableClock, systemClock } from './shared/clock.ts';
import { diskFullMessage, isDiskFull } from './shared/disk-full.ts';
import { Shutdown } from './shutdown.ts';

export type { SeenCall } from './faults/call-log.ts';
export type { FaultRuleInput } from './faults/rule.ts';
export type { ReportedRule } from './faults/rule-book.ts';
export type { Faults };

export interface CloudOptions {
  /** The output folder of `cdk synth`. */
  readonly assemblyDir: string;
  /** Folder for all data, created if it does not exist. One cloud at a time can use it. */
  readonly dataDir: string;
  /**
   * Ports on 127.0.0.1. 0 selects the port of the last start with this `dataDir`, or a free one.
   * @default 0 for each
   */
  readonly ports?: Partial<Ports>;
  /** @default the system's clock; with `controlPort` a MovableClock */
  readonly clock?: Clock;
  /**
   * Accounts that exist in every user pool.
   * @default none
   */
  readonly seeds?: readonly SeededAccount[];
  /**
   * Starts an execution environment of every function in advance, so that no first call has a cold start.
   * @default true
   */
  readonly warmUp?: boolean;
  /** Called with every line that a function writes to its log. */
  readonly onLog?: OnLog;
  /** Wraps every call to the services other than S3. */
  readonly intercept?: InterceptCall;
  /**
   * Faults to inject (docs/faults.md). More can be added with `Cloud.faults`.
   * @default none
   */
  readonly faults?: readonly FaultRuleInput[];
  /**
   * Delays writes in global secondary indexes of DynamoDB, as on AWS. The same seed gives the same delays.
   * @default a write is visible at once
   */
  readonly indexLag?: IndexLag;
  /** Quotas of MediaConvert: jobs at once, and the rate at which they can be created. */
  readonly jobs?: JobOptions;
  /**
   * Whether S3 ignores the checksum of a completion where the multipart upload was created without an algorithm
   * (docs/s3.md).
   * @default false: it is compared
   */
  readonly ignoresUnnamedChecksums?: boolean;
  /**
   * Port on 127.0.0.1 of the HTTP endpoint that controls faults and moves the clock; 0 selects a free port.
   * @default no endpoint
   */
  readonly controlPort?: number;
  /**
   * Called with an internal error of the local cloud and the place where it occurred.
   * @default writes to standard error
   */
  readonly onError?: (error: unknown, where: string) => void;
}

export interface Cloud {
  /** URLs without a trailing slash. `api` is the URL of the first HTTP API, undefined if there is none. */
  readonly endpoints: {
    readonly s3: string;
    readonly services: string;
    readonly api: string | undefined;
    readonly identity: string;
  };
  /** Outputs by stack and name. AWS host names of hosted resources are replaced with local URLs. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Credentials of the account's root user: every action is allowed unless a resource policy denies it. */
  readonly operator: Credentials;
  readonly resources: readonly HostedResource[];
  /** Present if `CloudOptions.faults` or `controlPort` is set. */
  readonly faults?: Faults;
  /** URL and bearer token of the control endpoint. Present if `CloudOptions.controlPort` is set. */
  readonly control?: Pick<Control, 'url' | 'token'>;
  /** Counters since the start: hits and bytes of distributions, runs and CPU time of their functions. */
  cloudFrontReport(): CloudFrontReport;
  /** Calls `listener` with every new authorization decision. Returns a function that ends the subscription. */
  onAuditEntry(listener: (entry: AuditEntry) => void): () => void;
  /** Closes every listener, worker thread and child process. */
  close(): Promise<void>;
}

/**
 * Hosts a CDK cloud assembly on this machine. Returns when every resource exists and the endpoints listen.
 *
 * Throws UnsupportedAssembly, which lists everything in the templates that cannot be hosted, and Error if the
 * data folder or a port is in use or a database is damaged. Nothing keeps running then.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const shutdown = new Shutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    // The first error is the cause, so it is the one to throw.
    await shutdown.run().catch((failure: unknown) => printError(failure, 'closing'));
    throw error;
  }
}

async function start(options: CloudOptions, shutdown: Shutdown): Promise<Cloud> {
  const { controlPort } = options;
  const clock = options.clock ?? (controlPort === undefined ? systemClock : new MovableClock());
  const onError = options.onError ?? printError;
  const folder = lockDataFolder(options.dataDir);
  shutdown.add({ close: () => folder.release() });
  const auditLog = shutdown.add(openLogFile<AuditEntry>(join(folder.path, 'audit-log.ndjson')));
  const capacityLog = shutdown.add(
    openLogFile<CapacityEntry>(join(folder.path, 'consumed-capacity.ndjson')),
  );
  const iam = shutdown.add(
    createIam({ folder: join(folder.path, 'iam'), clock, recordAudit: auditLog.record }),
  );
  const dynamodb = shutdown.add(
    createDynamoDb({
      folder: join(folder.path, 'dynamodb'),
      clock,
      authorize: iam.authorize,
      indexLag: options.indexLag,
      recordCapacity: capacityLog.record,
    }),
  );
  const faults = createFaultInjector(options, clock, onError);
  if (faults) shutdown.add(faults);
  const assembly = readAssembly(options.assemblyDir);
  // Faults are nearest to the service: the interceptor of the caller sees a faulty cloud.
  const call = nestCalls(options.intercept, faults?.interception.call);
  const engines = await openEngines(
    {
      dataDir: folder.path,
      clock,
      ports: { s3: 0, services: 0, api: 0, identity: 0, cdn: 0, ...options.ports },
      iam,
      dynamodb,
      assets: assembly.assets,
      seeds: options.seeds ?? [],
      ignoresUnnamedChecksums: options.ignoresUnnamedChecksums ?? false,
      onError,
      interception: { ...faults?.interception, ...(call ? { call } : {}) },
      ...(options.onLog ? { onLog: options.onLog } : {}),
      ...(options.jobs ? { jobs: options.jobs } : {}),
    },
    shutdown,
  );
  const { outputs, resources } = await hostAssembly(
    assembly,
    withPolicyCheck([...engines.providers, ...NO_OP_PROVIDERS], iam),
  );
  engines.resume();
  // On two cores, a cold start beside the first upload slows both.
  if (options.warmUp ?? true) await engines.warmUp();
  const token = randomBytes(24).toString('base64url');
  const control =
    faults && controlPort !== undefined
      ? shutdown.add(
          await openControl({
            faults,
            clock,
            port: controlPort,
            token,
            cloudFrontReport: engines.cloudFrontReport,
          }),
        )
      : undefined;
  return {
    endpoints: {
      ...engines.endpoints,
      api: resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Api')?.attributes.ApiEndpoint,
    },
    outputs: mapValues(outputs, (values) => mapValues(values, (each) => engines.localUrl(each))),
    // A copy, because the SDK modifies the object that it gets.
    operator: { ...iam.operator },
    resources,
    ...(faults ? { faults } : {}),
    ...(control ? { control: { url: control.url, token } } : {}),
    cloudFrontReport: engines.cloudFrontReport,
    onAuditEntry: auditLog.subscribe,
    close: () => shutdown.run(),
  };
}

function createFaultInjector(
  { faults, controlPort }: CloudOptions,
  clock: Clock,
  onError: (error: unknown, where: string) => void,
): FaultInjector | undefined {
  if (faults === undefined && controlPort === undefined) return undefined;
  return createFaults({
    clock,
    rules: faults ?? [],
    onError: (error) => onError(error, 'faults: an event that was held'),
  });
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function printError(error: unknown, where: string): void {
  // Without the stack, so that the cause is not overlooked.
  console.error(`Local cloud, ${where}:`, isDiskFull(error) ? diskFullMessage(error) : error);
}
