import { Worker } from 'node:worker_threads';
import { parse } from 'acorn';
import type {
  RuntimeCall,
  RuntimeResult,
  RuntimeStart,
  StoreSnapshot,
} from './runtime-messages.ts';

/** The function threw an error, took too long, or needed too much memory. */
export class FunctionExecutionError extends Error {
  override readonly name = 'FunctionExecutionError';
}

/** CPU time in microseconds. */
export interface ComputeUse {
  readonly invocations: number;
  readonly errors: number;
  readonly totalMicros: number;
  readonly maxMicros: number;
  readonly lastMicros: number;
}

export interface RuntimeOptions {
  readonly name: string;
  readonly code: string;
  /** The associated key value store; undefined if there is none. Called before each run. */
  readonly store: () => { readonly version: string; read(): StoreSnapshot } | undefined;
  readonly onLine: (line: string) => void;
}

/**
 * CloudFront allows a function 2 MB. Node cannot be limited to so little, since its own heap counts too.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
 */
const MAX_HEAP_MB = 16;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Runs a function in a worker thread of its own, which starts with the first event. */
export class FunctionRuntime {
  readonly #options: RuntimeOptions;
  readonly #code: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #sentVersion: string | undefined;
  #lastId = 0;
  #use: ComputeUse = { invocations: 0, errors: 0, totalMicros: 0, maxMicros: 0, lastMicros: 0 };

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#code = withoutImports(options.code);
  }

  get use(): ComputeUse {
    return this.#use;
  }

  /** What the function returns for an event. `now` is the time that it sees. Throws FunctionExecutionError. */
  run(event: object, now: number): Promise<unknown> {
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = ++this.#lastId;
    const store = this.#options.store();
    const isChanged = store !== undefined && store.version !== this.#sentVersion;
    this.#sentVersion = store?.version;
    const call: RuntimeCall = {
      id,
      event: JSON.stringify(event),
      now,
      ...(isChanged ? { store: store.read() } : {}),
    };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage(call);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#end(worker, new FunctionExecutionError('The local cloud is closing.'));
    await worker?.terminate();
  }

  #start(): Worker {
    const start: RuntimeStart = { name: this.#options.name, code: this.#code };
    const worker = new Worker(new URL('./runtime-worker.ts', import.meta.url), {
      workerData: start,
      env: {},
      argv: [],
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.on('message', (result: RuntimeResult) => this.#receive(result));
    worker.on('error', (error) =>
      this.#end(worker, new FunctionExecutionError(error.message, { cause: error })),
    );
    worker.on('exit', (code) =>
      this.#end(worker, new FunctionExecutionError(`The runtime has ended with code ${code}.`)),
    );
    return worker;
  }

  #receive(result: RuntimeResult): void {
    for (const line of result.lines) this.#options.onLine(line);
    this.#count(result.computeMicros, 'error' in result);
    const waiting = this.#waiting.get(result.id);
    this.#waiting.delete(result.id);
    if ('error' in result) waiting?.reject(new FunctionExecutionError(result.error));
    else waiting?.resolve(JSON.parse(result.result));
  }

  /** The worker has ended; the next event starts another one. */
  #end(worker: Worker | undefined, error: FunctionExecutionError): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#sentVersion = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      this.#count(0, true);
      reject(error);
    }
  }

  #count(micros: number, failed: boolean): void {
    const { invocations, errors, totalMicros, maxMicros } = this.#use;
    this.#use = {
      invocations: invocations + 1,
      errors: errors + (failed ? 1 : 0),
      totalMicros: totalMicros + micros,
      maxMicros: Math.max(maxMicros, micros),
      lastMicros: micros,
    };
  }
}

/** Replaces imports of the module cloudfront by constants of the same name, without a change of the lines. */
function withoutImports(code: string): string {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  return body.reduceRight((text, node) => {
    if (node.type !== 'ImportDeclaration') return text;
    const [name] = node.specifiers;
    const lines = code.slice(node.start, node.end).split('\n').length;
    const constant = `const ${name?.local.name} = __cloudfront;${'\n'.repeat(lines - 1)}`;
    return text.slice(0, node.start) + constant + text.slice(node.end);
  }, code);
}
