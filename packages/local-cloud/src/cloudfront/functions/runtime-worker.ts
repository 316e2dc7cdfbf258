/**
 * Runs the code of one CloudFront Function in a worker thread, one event after the other. Node's vm keeps the code
 * to the globals of the runtime; it is no protection against code that wants to escape, which the template contains
 * itself. Imports of this file are types and constants only, since Node loads it without a build.
 */
import { createHash, createHmac } from 'node:crypto';
import querystring from 'node:querystring';
import { createContext, Script } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { GLOBALS } from './language.ts';
import { BOOTSTRAP } from './runtime-bootstrap.ts';
import type {
  RuntimeCall,
  RuntimeResult,
  RuntimeStart,
  StoreSnapshot,
} from './runtime-messages.ts';

/**
 * CloudFront ends a function that needs too much CPU time, without a documented limit in milliseconds. This one is far
 * above what it allows, so that only endless loops reach it, also on a busy machine.
 */
const MAX_RUN_MS = 5_000;

if (parentPort === null)
  throw new Error('runtime-worker.ts must run as a worker thread of the CloudFront engine.');
const port = parentPort;
const { name, code } = workerData as RuntimeStart;

const run: {
  call: RuntimeCall | undefined;
  outcome: { result: string } | { error: string } | undefined;
  lines: string[];
} = { call: undefined, outcome: undefined, lines: [] };
let store: StoreSnapshot | undefined;
let values: ReadonlyMap<string, string> = new Map();

const host = {
  globals: [...GLOBALS, 'escape', 'unescape'],
  Buffer,
  Uint8Array,
  ArrayBuffer,
  TextDecoder,
  TextEncoder,
  atob,
  btoa,
  querystring: {
    decode: querystring.decode,
    encode: querystring.encode,
    escape: querystring.escape,
    parse: querystring.parse,
    stringify: querystring.stringify,
    unescape: querystring.unescape,
  },
  digester: (algorithm: string, key?: string | Uint8Array) =>
    key === undefined ? createHash(algorithm) : createHmac(algorithm, key),
  now: () => run.call?.now,
  event: () => run.call?.event,
  log: (line: string) => void run.lines.push(line),
  done: (result: string | undefined) => {
    run.outcome ??= { result: result ?? 'null' };
  },
  failed: (error: string) => {
    run.outcome ??= { error };
  },
  refusalOfStore: (id: unknown) => {
    if (store === undefined) return 'no key value store is associated with the function';
    return id === undefined || id === store.id
      ? undefined
      : `the key value store ${id} is not associated with the function`;
  },
  value: (key: string) => values.get(key),
  meta: () =>
    JSON.stringify({
      creationDateTime: store?.createdAt,
      lastUpdatedDateTime: store?.modifiedAt,
      keyCount: values.size,
    }),
};

const context = createContext(
  {},
  { name, codeGeneration: { strings: false, wasm: false }, microtaskMode: 'afterEvaluate' },
);
const prepare = new Script(BOOTSTRAP).runInContext(context)(host);
const make = new Script(
  `(function (require, __cloudfront) { 'use strict';${code}\nreturn handler;\n})`,
  { filename: name },
).runInContext(context);
Object.defineProperty(context, '__run', { value: prepare(make) });
const start = new Script('__run()');

port.on('message', (call: RuntimeCall) => port.postMessage(handle(call)));

function handle(call: RuntimeCall): RuntimeResult {
  if (call.store) {
    store = call.store;
    values = new Map(call.store.pairs);
  }
  Object.assign(run, { call, outcome: undefined, lines: [] });
  const before = process.threadCpuUsage();
  try {
    start.runInContext(context, { timeout: MAX_RUN_MS });
  } catch (error) {
    run.outcome = { error: error instanceof Error ? error.message : String(error) };
  }
  const { user, system } = process.threadCpuUsage(before);
  // Every promise of the runtime is settled at the end of a run, so one that is not never will be.
  const outcome = run.outcome ?? { error: 'the function has not returned a value' };
  return { id: call.id, computeMicros: user + system, lines: run.lines, ...outcome };
}
