import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../shared/aws-error.ts';
import type { Credentials } from '../shared/caller.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { type Endpoints, environmentOf } from './environment.ts';
import type { RunInterruption } from './interruption.ts';
import type { SandboxInvocation } from './invocation.ts';
import type { FunctionProperties } from './properties.ts';
import { killed, type Outcome, Sandbox, timedOut } from './sandbox-host.ts';

/** An idle environment ends after this time. AWS does not document one; several minutes are usual. */
const IDLE_MS = 5 * 60_000;
/**
 * In addition to the timeout of the function: an environment whose credentials expire earlier does not run
 * another invocation.
 */
const CREDENTIALS_MARGIN_MS = 60_000;
/**
 * Maximum number of threads of one function. AWS starts up to a thousand; here further invocations wait for a free
 * thread. More threads than the processors can serve would only make each slower, up to its timeout.
 */
export const MAX_SANDBOXES = Math.min(8, 2 * availableParallelism());

export interface PoolSettings {
  readonly functionName: string;
  readonly properties: FunctionProperties;
  readonly taskRoot: string;
  readonly temporaryFolder: string;
  readonly clock: Clock;
  readonly random: () => string;
  readonly credentials: () => Credentials;
  readonly endpoints: () => Endpoints;
  readonly onOutput: (
    requestId: string | null,
    stream: 'stdout' | 'stderr',
    message: string,
  ) => void;
}

/** The outcome of one invocation, and its times in ms. */
export interface Execution {
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly coldStart: boolean;
  readonly initMs?: number;
}

interface Environment {
  readonly sandbox: Sandbox;
  readonly expiresAt: number;
  requestId: string | null;
  idle: Timer | undefined;
}

/** The execution environments of one function. They are reused; each runs one invocation at a time. */
export class FunctionPool {
  readonly #settings: PoolSettings;
  readonly #all = new Set<Environment>();
  readonly #idle: Environment[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closed = false;
  #warming: Promise<void> | undefined;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    rmSync(settings.temporaryFolder, { recursive: true, force: true });
  }

  /**
   * Runs one invocation. `onStart` is called when it has an environment. Throws TooManyRequestsException
   * (429) if the reserved concurrency is exceeded.
   */
  async run(
    invocation: Omit<SandboxInvocation, 'deadline'>,
    onStart: () => void,
    interruption?: RunInterruption,
  ): Promise<Execution> {
    const limit = this.#settings.properties.ReservedConcurrentExecutions;
    if (limit !== undefined && this.#running >= limit)
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      });
    this.#running += 1;
    try {
      const environment = await this.#acquire();
      onStart();
      return await this.#runIn(environment, invocation, interruption);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /**
   * Starts the first environment before its first call, as Lambda can do too. A call in the meantime waits
   * for it. If the module fails to load, the environment is dropped and the first call reports the error.
   * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
   */
  async warmUp(): Promise<void> {
    if (this.#closed || this.#all.size > 0) return;
    const environment = this.#start();
    this.#warming = environment.sandbox.init().then(async (failed) => {
      this.#warming = undefined;
      if (failed || this.#closed) await this.#drop(environment);
      else this.#release(environment);
    });
    await this.#warming;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((environment) => this.#drop(environment)));
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #runIn(
    environment: Environment,
    invocation: Omit<SandboxInvocation, 'deadline'>,
    interruption: RunInterruption | undefined,
  ) {
    const { sandbox } = environment;
    environment.requestId = invocation.requestId;
    const coldStart = sandbox.initMs === undefined;
    const failed = coldStart ? await sandbox.init() : undefined;
    const started = performance.now();
    const outcome =
      failed ??
      (await this.#outcome(interruption, () =>
        sandbox.run((deadline) => ({ ...invocation, deadline }) satisfies SandboxInvocation),
      ));
    const durationMs = performance.now() - started;
    environment.requestId = null;
    if (outcome.kind === 'succeeded' || outcome.kind === 'failed') this.#release(environment);
    else await this.#drop(environment);
    const initMs = coldStart ? sandbox.initMs : undefined;
    return { outcome, durationMs, coldStart, ...(initMs === undefined ? {} : { initMs }) };
  }

  /** The effects of the handler remain; only the environment and the response are lost. */
  async #outcome(
    interruption: RunInterruption | undefined,
    run: () => Promise<Outcome>,
  ): Promise<Outcome> {
    if (interruption === 'crash_before') return killed();
    const outcome = await run();
    if (interruption === 'crash_after') return killed();
    return interruption === 'timeout'
      ? timedOut(this.#settings.properties.Timeout * 1000)
      : outcome;
  }

  async #acquire(): Promise<Environment> {
    for (;;) {
      if (this.#closed) throw shuttingDown();
      if (this.#warming) await this.#warming;
      const warm = this.#idle.pop();
      if (warm === undefined && this.#all.size < MAX_SANDBOXES) return this.#start();
      if (warm === undefined) {
        await new Promise<void>((wake) => this.#waiting.push(wake));
        continue;
      }
      warm.idle?.cancel();
      if (!warm.sandbox.dead && warm.expiresAt > this.#settings.clock.now()) return warm;
      await this.#drop(warm);
    }
  }

  #start(): Environment {
    const { properties, functionName, random, clock, taskRoot } = this.#settings;
    const id = random().replaceAll('-', '');
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const temporaryFolder = join(this.#settings.temporaryFolder, id);
    const credentials = this.#settings.credentials();
    const timeoutMs = properties.Timeout * 1000;
    const facts = {
      functionName,
      properties,
      taskRoot,
      temporaryFolder,
      credentials,
      endpoints: this.#settings.endpoints(),
      logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`,
      logStream: `${day}/[$LATEST]${id}`,
    };
    const environment: Environment = {
      sandbox: new Sandbox({
        ...facts,
        handler: properties.Handler,
        memoryMegabytes: properties.MemorySize,
        callbackHandlers: properties.Runtime === 'nodejs22.x',
        environment: environmentOf(facts),
        nodeOptions: properties.Environment?.Variables.NODE_OPTIONS?.split(/\s+/) ?? [],
        timeoutMs,
        clock,
        onOutput: (stream, text) =>
          this.#settings.onOutput(environment.requestId, stream, text.replace(/\n$/, '')),
      }),
      expiresAt: (credentials.expiresAt ?? Infinity) - timeoutMs - CREDENTIALS_MARGIN_MS,
      requestId: null,
      idle: undefined,
    };
    this.#all.add(environment);
    return environment;
  }

  #release(environment: Environment): void {
    if (this.#closed) return;
    const { clock } = this.#settings;
    environment.idle = clock.at(clock.now() + IDLE_MS, () => {
      const index = this.#idle.indexOf(environment);
      if (index < 0) return;
      this.#idle.splice(index, 1);
      void this.#drop(environment);
    });
    this.#idle.push(environment);
  }

  async #drop(environment: Environment): Promise<void> {
    environment.idle?.cancel();
    this.#all.delete(environment);
    await environment.sandbox.close();
  }
}

export function shuttingDown(): AwsError {
  return new AwsError('ServiceException', 'The local cloud is shutting down.', 500);
}
