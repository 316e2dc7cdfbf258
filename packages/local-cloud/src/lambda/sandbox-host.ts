import { mkdirSync, rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../shared/clock.ts';
import type {
  FunctionFailure,
  SandboxInvocation,
  SandboxMessage,
  SandboxStart,
} from './invocation.ts';

/** The init phase has ten seconds; after that it counts toward the timeout of the function. */
const INIT_LIMIT_MS = 10_000;

export interface SandboxSettings extends SandboxStart {
  readonly environment: Readonly<Record<string, string>>;
  readonly temporaryFolder: string;
  /** The NODE_OPTIONS of the function, as a list. */
  readonly nodeOptions: readonly string[];
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
}

export type Outcome =
  | { readonly kind: 'succeeded'; readonly payload: string }
  | { readonly kind: 'failed' | 'timeout' | 'dead'; readonly failure: FunctionFailure };

/**
 * One execution environment, seen from the host: a worker thread that runs one invocation at a time, and is
 * terminated when it exceeds its timeout or dies.
 */
export class Sandbox {
  readonly #settings: SandboxSettings;
  readonly #worker: Worker;
  readonly #started: number;
  #dead = false;
  #initMs: number | undefined;
  #dying: FunctionFailure | undefined;
  #settle: ((outcome: Outcome) => void) | undefined;
  readonly #ready: Promise<Outcome | undefined>;

  constructor(settings: SandboxSettings) {
    this.#settings = settings;
    this.#started = performance.now();
    mkdirSync(settings.temporaryFolder, { recursive: true });
    const { taskRoot, handler, functionName, memoryMegabytes } = settings;
    const start: SandboxStart = {
      taskRoot,
      handler,
      functionName,
      memoryMegabytes,
      logGroup: settings.logGroup,
      logStream: settings.logStream,
      callbackHandlers: settings.callbackHandlers,
    };
    this.#worker = new Worker(new URL('./sandbox.ts', import.meta.url), {
      workerData: start,
      env: { ...settings.environment },
      argv: [],
      execArgv: ['--disable-warning=ExperimentalWarning', ...settings.nodeOptions],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes },
    });
    this.#worker.stdout.on('data', (chunk) => settings.onOutput('stdout', String(chunk)));
    this.#worker.stderr.on('data', (chunk) => settings.onOutput('stderr', String(chunk)));
    this.#ready = new Promise((resolve) => {
      this.#settle = (outcome) => resolve(outcome);
      this.#worker.on('message', (message: SandboxMessage) =>
        this.#receive(message, () => resolve(undefined)),
      );
    });
    this.#worker.on('error', (error) => this.#end(crashOf(error)));
    this.#worker.on('exit', (code) => this.#end(exitOf(code)));
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Duration of the cold start in ms; known after the first invocation has begun. */
  get initMs(): number | undefined {
    return this.#initMs;
  }

  /** Loads the module. Returns the failure, or undefined when the handler is ready. */
  async init(): Promise<Outcome | undefined> {
    const limit = Math.max(INIT_LIMIT_MS, this.#settings.timeoutMs);
    return await this.#limited(limit, this.#ready);
  }

  /** Runs one invocation; `invocationAt` gets its deadline in ms since the epoch. */
  async run(invocationAt: (deadline: number) => SandboxInvocation): Promise<Outcome> {
    if (this.#dead) return { kind: 'dead', failure: exitOf(0) };
    const { clock, timeoutMs } = this.#settings;
    const response = new Promise<Outcome>((resolve) => {
      this.#settle = resolve;
    });
    this.#worker.postMessage(invocationAt(clock.now() + timeoutMs));
    const outcome = await this.#limited(timeoutMs, response);
    this.#settle = undefined;
    return outcome;
  }

  /** Terminates the worker. A running invocation ends as killed. */
  async close(): Promise<void> {
    this.#dead = true;
    this.#settle?.({ kind: 'dead', failure: this.#dying ?? exitOf(0) });
    await this.#worker.terminate();
    rmSync(this.#settings.temporaryFolder, { recursive: true, force: true });
  }

  #receive(message: SandboxMessage, ready: () => void): void {
    switch (message.kind) {
      case 'output':
        this.#settings.onOutput(message.stream, message.text);
        break;
      case 'ready':
        this.#initMs = performance.now() - this.#started;
        ready();
        break;
      case 'succeeded':
        this.#settle?.({ kind: 'succeeded', payload: message.payload });
        break;
      case 'failed':
        this.#settle?.({ kind: 'failed', failure: message.failure });
        break;
      case 'dying':
        this.#dying = message.failure;
        break;
      case 'initFailed':
        this.#end(message.failure);
        break;
    }
  }

  #end(failure: FunctionFailure): void {
    if (this.#dead) return;
    this.#dying ??= failure;
    void this.close();
  }

  /** Waits for `work`; terminates the worker after `limitMs` by the clock of the cloud. */
  #limited<T>(limitMs: number, work: Promise<T>): Promise<T | Outcome> {
    const { clock } = this.#settings;
    return new Promise((resolve) => {
      const timer = clock.at(clock.now() + limitMs, () => {
        resolve(timedOut(limitMs));
        void this.close();
      });
      void work.then((result) => {
        timer.cancel();
        resolve(result);
      });
    });
  }
}

/** The outcome for an environment that exceeded its timeout, in ms. */
export function timedOut(limitMs: number): Outcome {
  return {
    kind: 'timeout',
    failure: {
      errorType: 'Sandbox.Timedout',
      errorMessage: `Error: Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`,
    },
  };
}

/** The outcome for an environment that was killed, for example for lack of memory. */
export function killed(): Outcome {
  return { kind: 'dead', failure: exitedBy('signal: killed') };
}

function exitedBy(how: string): FunctionFailure {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `Error: Runtime exited with error: ${how}`,
  };
}

function crashOf(error: unknown): FunctionFailure {
  const code = typeof error === 'object' && error !== null && 'code' in error && error.code;
  // On AWS the operating system kills a function that needs more memory than it has.
  return exitedBy(code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'signal: killed' : 'exit status 1');
}

function exitOf(code: number): FunctionFailure {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage:
      code === 0
        ? 'Error: Runtime exited without providing a reason'
        : `Error: Runtime exited with error: exit status ${code}`,
  };
}
