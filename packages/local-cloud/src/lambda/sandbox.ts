/**
 * One execution environment, inside its worker thread: loads the bundle and runs one invocation at a time. It
 * imports only types, so that a cold start is fast.
 */
import dns from 'node:dns';
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type {
  FunctionFailure,
  SandboxInvocation,
  SandboxMessage,
  SandboxStart,
} from './invocation.ts';

type Handler = (event: unknown, context: object, callback?: Callback) => unknown;
type Callback = (error?: unknown, result?: unknown) => void;

if (parentPort === null)
  throw new Error('sandbox.ts must run as a worker thread of the Lambda engine.');
const port = parentPort;
const start = workerData as SandboxStart;
const report = (message: SandboxMessage) => port.postMessage(message);
const exit = process.exit;
const clock = { real: Date, offset: 0, now: () => clock.real.now() + clock.offset };

captureOutput();
confineModules();
resolveLocalhost();
process.cwd = () => start.taskRoot;
process.on('unhandledRejection', (reason) =>
  die({ ...describe(reason), errorType: 'Runtime.UnhandledPromiseRejection' }, 128),
);
process.on('uncaughtException', (error) => die(describe(error), 129));

const handler = await loadHandler().catch((error) => {
  report({ kind: 'initFailed', failure: describe(error) });
});
if (handler) {
  port.on('message', (invocation: SandboxInvocation) => void run(handler, invocation));
  report({ kind: 'ready' });
}

async function run(handle: Handler, invocation: SandboxInvocation): Promise<void> {
  moveDate(invocation.clockOffset);
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  try {
    const result = await call(handle, JSON.parse(invocation.payload), contextOf(invocation));
    report({ kind: 'succeeded', requestId: invocation.requestId, payload: toJson(result) });
  } catch (error) {
    report({ kind: 'failed', requestId: invocation.requestId, failure: describe(error) });
  }
}

function call(handle: Handler, event: unknown, context: object): Promise<unknown> {
  if (handle.length < 3) return Promise.resolve(handle(event, context));
  return new Promise((resolve, reject) => {
    const returned = handle(event, context, (error, result) =>
      error === undefined || error === null ? resolve(result) : reject(error),
    );
    if (returned instanceof Promise) returned.then(resolve, reject);
  });
}

/** A handler without a return value responds with `null`. */
function toJson(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw named('Runtime.MarshalError', `Unable to stringify response body: ${reason}`);
  }
}

function contextOf(invocation: SandboxInvocation): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: start.functionName,
    memoryLimitInMB: String(start.memoryMegabytes),
    logGroupName: start.logGroup,
    logStreamName: start.logStream,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    ...(invocation.clientContext === undefined
      ? {}
      : { clientContext: JSON.parse(Buffer.from(invocation.clientContext, 'base64').toString()) }),
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadline - Date.now()),
  };
}

async function loadHandler(): Promise<Handler> {
  const [file = '', ...path] = start.handler.split('.');
  const candidates = ['.js', '.mjs', '.cjs'].map((extension) =>
    join(start.taskRoot, file + extension),
  );
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined)
    throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(found).href).catch((error) => {
    throw loadingFailure(error);
  });
  const exported = [module, module.default].map((root) =>
    path.reduce((value, name) => value?.[name], root),
  );
  const handle: unknown = exported.find((value) => typeof value === 'function');
  if (typeof handle !== 'function')
    throw named('Runtime.HandlerNotFound', `${start.handler} is undefined or not exported`);
  if (handle.length > 2 && !start.callbackHandlers)
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.',
    );
  return handle as Handler;
}

/**
 * A function can load only its own bundle and Node: a package that is not in the bundle is not found, as on
 * AWS. A `.js` file without a package.json of its own is CommonJS, as below /var/task.
 */
function confineModules(): void {
  const root = `${pathToFileURL(start.taskRoot).href}/`;
  const ownManifest = existsSync(join(start.taskRoot, 'package.json'));
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (resolved.url.startsWith('file:') && !resolved.url.startsWith(root))
        throw Object.assign(
          new Error(`Cannot find package '${specifier}' imported from ${context.parentURL}`),
          { code: 'ERR_MODULE_NOT_FOUND' },
        );
      return resolved;
    },
    load: (url, context, next) =>
      !ownManifest && url.startsWith(root) && url.endsWith('.js')
        ? next(url, { ...context, format: 'commonjs' })
        : next(url, context),
  });
}

/** Names below localhost are this machine (RFC 6761, 6.3), which not every system resolves. */
function resolveLocalhost(): void {
  const lookup = dns.lookup as (name: string, ...rest: readonly unknown[]) => void;
  const local = (name: string, ...rest: readonly unknown[]) =>
    lookup(/\.localhost$/i.test(name) ? 'localhost' : name, ...rest);
  dns.lookup = local as typeof dns.lookup;
}

/** Output uses the same port as the response, so no line arrives after its invocation. */
function captureOutput(): void {
  for (const stream of ['stdout', 'stderr'] as const)
    process[stream].write = (chunk: unknown, ...rest: unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
      report({ kind: 'output', stream, text });
      const done = rest.find((argument) => typeof argument === 'function');
      if (done) queueMicrotask(() => done());
      return true;
    };
}

/**
 * The offset of the clock applies inside the function too; otherwise signatures and deadlines would disagree.
 */
function moveDate(offset: number): void {
  const own = globalThis as { Date: DateConstructor };
  if (offset === 0 || clock.offset === offset) return;
  clock.offset = offset;
  own.Date = new Proxy(clock.real, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [clock.now()] : given, newTarget),
    apply: (target) => new target(clock.now()).toString(),
    get: (target, name) => (name === 'now' ? clock.now : Reflect.get(target, name)),
  });
}

function die(failure: FunctionFailure, code: number): void {
  report({ kind: 'dying', failure });
  exit(code);
}

function loadingFailure(error: unknown): unknown {
  if (error instanceof SyntaxError)
    return named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
    return named('Runtime.ImportModuleError', String(error));
  return error;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** The error of the Node.js runtime: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function describe(error: unknown): FunctionFailure {
  if (!(error instanceof Error))
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}
