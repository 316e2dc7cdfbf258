import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openAuditLog } from './audit-log-file.ts';
import { Closing } from './closing.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { type HostedResource, hostAssembly } from './cloudformation/host.ts';
import { NO_OP_PROVIDERS } from './cloudformation/no-op-providers.ts';
import { takeDataFolder } from './data-folder.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import type { InterceptCall } from './endpoint/front-door.ts';
import { openEngines, type Ports } from './engines.ts';
import { type Control, openControl } from './faults/control.ts';
import { createFaults, type FaultEngine, type Faults } from './faults/faults.ts';
import type { FaultRuleInput } from './faults/rule.ts';
import { createIam } from './iam/iam.ts';
import type { SeededAccount } from './identity/user-pool.ts';
import type { OnLog } from './lambda/function-log.ts';
import { withPolicyCheck } from './policy-check.ts';
import type { AuditEntry } from './shared/audit-log.ts';
import type { Credentials } from './shared/caller.ts';
import { type Clock, MovableClock, systemClock } from './shared/clock.ts';

export interface CloudOptions {
  /** `cdk synth`'s output folder. */
  readonly assemblyDir: string;
  /** Where everything is kept. One cloud a folder. */
  readonly dataDir: string;
  /** Default 0, a free port. */
  readonly ports?: Partial<Ports>;
  readonly clock?: Clock;
  /** Accounts of the user pools. */
  readonly seeds?: readonly SeededAccount[];
  /** Default true: no first call of a function pays for its cold start. */
  readonly warmUp?: boolean;
  /** Told of every line that a function writes. */
  readonly onLog?: OnLog;
  /** Stands around every call to the JSON services. */
  readonly intercept?: InterceptCall;
  /** What goes wrong on purpose (`packages/local-cloud/docs/faults.md`); absent, nothing does. */
  readonly faults?: readonly FaultRuleInput[];
  /**
   * Opens the endpoint over which faults are told to the running cloud, on 127.0.0.1; 0 takes a free port. The
   * cloud's clock can then be moved, unless `clock` is one that cannot.
   */
  readonly controlPort?: number;
  /** Told of faults of the local cloud itself; default: standard error. */
  readonly onFault?: (error: unknown, where: string) => void;
}

export interface Cloud {
  /** URLs without a slash at the end. `api` is the first API's; undefined where the assembly has none. */
  readonly endpoints: {
    readonly s3: string;
    readonly services: string;
    readonly api: string | undefined;
    readonly identity: string;
  };
  /** The stacks' outputs, by stack and output; AWS host names of hosted resources are replaced by local URLs. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The operator's credentials: allowed everything that no resource policy denies. */
  readonly operator: Credentials;
  readonly resources: readonly HostedResource[];
  /** Where `faults` or `controlPort` was given. */
  readonly faults?: Faults;
  /** Where `controlPort` was given. */
  readonly control?: Pick<Control, 'url' | 'token'>;
  /** Calls `listener` with every authorization decision from now on; answers how to end that. */
  onAuditEntry(listener: (entry: AuditEntry) => void): () => void;
  /** Ends every listener, worker and process. */
  close(): Promise<void>;
}

/**
 * Hosts a CDK cloud assembly on this machine. Throws UnsupportedAssembly with everything that cannot be
 * hosted, Error where Java is missing or the data folder or a port is taken; nothing keeps running then.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const closing = new Closing();
  try {
    return await start(options, closing);
  } catch (error) {
    // What went wrong first is what matters.
    await closing.close().catch((failure: unknown) => reportFault(failure, 'closing'));
    throw error;
  }
}

async function start(options: CloudOptions, closing: Closing): Promise<Cloud> {
  const { controlPort } = options;
  const clock = options.clock ?? (controlPort === undefined ? systemClock : new MovableClock());
  const onFault = options.onFault ?? reportFault;
  const folder = takeDataFolder(options.dataDir);
  closing.add({ close: () => folder.release() });
  const trail = closing.add(openAuditLog(join(folder.path, 'audit-log.ndjson')));
  const iam = closing.add(
    createIam({ folder: join(folder.path, 'iam'), clock, trail: trail.record }),
  );
  // The JVM takes longest, so it starts first and everything else beside it.
  const dynamodb = closing.add(
    createDynamoDb({ folder: join(folder.path, 'dynamodb'), authorize: iam.authorize }),
  );
  const faults = openFaults(options, clock, onFault);
  if (faults) closing.add(faults);
  const assembly = readAssembly(options.assemblyDir);
  const engines = await openEngines(
    {
      dataDir: folder.path,
      clock,
      ports: { s3: 0, services: 0, api: 0, identity: 0, ...options.ports },
      iam,
      dynamodb,
      assets: assembly.assets,
      seeds: options.seeds ?? [],
      onFault,
      ...(options.intercept ? { intercept: options.intercept } : {}),
      ...(faults ? { faults } : {}),
      ...(options.onLog ? { onLog: options.onLog } : {}),
    },
    closing,
  );
  const [java, hosted] = await Promise.allSettled([
    dynamodb.ready,
    hostAssembly(assembly, withPolicyCheck([...engines.providers, ...NO_OP_PROVIDERS], iam)),
  ]);
  // Said first and alone: every table would complain of it again.
  if (java.status === 'rejected') throw java.reason;
  if (hosted.status === 'rejected') throw hosted.reason;
  const { outputs, resources } = hosted.value;
  engines.resume();
  // On two cores a cold start beside the first upload costs both more than it takes alone.
  if (options.warmUp ?? true) await engines.warmUp();
  const token = randomBytes(24).toString('base64url');
  const control =
    faults && controlPort !== undefined
      ? closing.add(await openControl({ faults, clock, port: controlPort, token }))
      : undefined;
  return {
    endpoints: {
      ...engines.endpoints,
      api: resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Api')?.attributes.ApiEndpoint,
    },
    outputs: mapValues(outputs, (values) => mapValues(values, (each) => engines.localUrl(each))),
    // A copy: the SDK writes on the objects that it is given.
    operator: { ...iam.operator },
    resources,
    ...(faults ? { faults } : {}),
    ...(control ? { control: { url: control.url, token } } : {}),
    onAuditEntry: trail.subscribe,
    close: () => closing.close(),
  };
}

function openFaults(
  { faults, controlPort }: CloudOptions,
  clock: Clock,
  onFault: (error: unknown, where: string) => void,
): FaultEngine | undefined {
  if (faults === undefined && controlPort === undefined) return undefined;
  return createFaults({
    clock,
    rules: faults ?? [],
    onFault: (error) => onFault(error, 'faults: an event that was held'),
  });
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function reportFault(error: unknown, where: string): void {
  console.error(`Local cloud, ${where}:`, error);
}
