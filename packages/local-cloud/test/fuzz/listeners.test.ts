import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { synthesizeObjectIndex } from '../../examples/object-index/synthesize.ts';
import { listeningSockets } from '../listening-addresses.ts';
import { seededRandom } from '../seeded-random.ts';
import { MalformedResponse, type ParsedResponse, parseResponses } from './http-responses.ts';
import { CORPORA, type FuzzRequest, randomRequest } from './requests.ts';
import { startTarget, type Target } from './start-target.ts';

/** For each listener. */
const COUNT = Number(process.env.LOCAL_CLOUD_FUZZ ?? 300);
const AT_ONCE = 16;
/** A request whose length is wrong waits for more; its connection is then half-closed. */
const NUDGE_MS = 1_000;
/** How long a server may keep what belongs to connections that have ended. */
const SETTLE_MS = 20_000;
/** Longer than anything here takes. */
const END_MS = 60_000;

/** 64 bytes for each request after the first round, much less than any object of a request, and 1 MiB for caches. */
const ALLOWED_GROWTH = 1024 ** 2 + 64 * 0.75 * COUNT;

const { seed, next: random } = seededRandom();
const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
let target: Target;

beforeAll(async () => {
  target = await startTarget(folder, synthesizeObjectIndex(folder));
});
afterAll(async () => {
  await target.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends the bytes on a connection of its own, in one to three writes; resolves with what came back. */
function send(url: string, { bytes, cut }: FuzzRequest): Promise<Buffer> {
  const { hostname, port } = new URL(url);
  const split = Math.floor(bytes.length / 2);
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    const nudge = setTimeout(() => socket.end(), NUDGE_MS);
    const giveUp = setTimeout(() => {
      socket.destroy();
      reject(new Error(`The connection is open after ${END_MS} ms.`));
    }, END_MS);
    socket.on('data', (chunk) => {
      received.push(chunk);
      nudge.refresh();
    });
    // A server may reset the connection of a client that breaks the protocol.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(nudge);
      clearTimeout(giveUp);
      resolve(Buffer.concat(received));
    });
    socket.on('connect', () => {
      socket.write(bytes.subarray(0, split));
      socket.write(bytes.subarray(split), () => {
        if (cut) socket.end();
      });
    });
  });
}

/**
 * The methods of the requests in these bytes, as far as a server reads them: a response to HEAD has no body. Node also
 * reads request lines of HTTP/0.9, which have no version, and several spaces after the method.
 */
function methodsOf(bytes: Buffer): string[] {
  const text = bytes.toString('latin1');
  return [...text.matchAll(/(?:^|\n)([A-Z]+) +(?=\S)/g)].map(([, method = '']) => method);
}

/** Sends `count` random requests, AT_ONCE at a time, and returns a text for each response that is wrong. */
async function attack(name: string, count: number): Promise<string[]> {
  const corpus = CORPORA[name]?.(target);
  if (corpus === undefined) throw new Error(`No corpus for ${name}.`);
  const problems: string[] = [];
  let left = count;
  const worker = async () => {
    while (left > 0 && problems.length < 5) {
      left -= 1;
      const request = randomRequest(corpus, target, random);
      const problem = await problemOf(corpus.url, request);
      if (problem)
        problems.push(`${problem}\n  after ${JSON.stringify(request.bytes.toString('latin1'))}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const errors = await target.errors();
  return [...problems, ...errors.slice(0, 5)];
}

async function problemOf(url: string, request: FuzzRequest): Promise<string | undefined> {
  try {
    const responses = parseResponses(await send(url, request), methodsOf(request.bytes));
    return responses.map(statusProblem).find((problem) => problem !== undefined);
  } catch (error) {
    if (error instanceof MalformedResponse) return error.message;
    throw error;
  }
}

/** API Gateway's response when the function fails: the example's function does for a key of over 2,048 bytes. */
const FUNCTION_FAILED = '{"message":"Internal Server Error"}';

/** Any other 500 is a defect of the local cloud, and those of its own are among `errors` too. */
function statusProblem({ status, body }: ParsedResponse): string | undefined {
  return status === 500 && body.toString() !== FUNCTION_FAILED
    ? `500: ${body.toString()}`
    : undefined;
}

(process.platform === 'linux' ? it : it.skip)('Every listener is bound to loopback', () => {
  const listening = listeningSockets(target.pid);
  const { endpoints, outputs } = target;
  const urls = [...Object.values(endpoints), outputs['test-work']?.ApiUrl ?? ''];
  const ports = urls.map((url) => Number(new URL(url).port));
  expect(listening.map(({ port }) => port)).toEqual(expect.arrayContaining(ports));
  expect(listening.filter(({ isLoopback }) => !isLoopback)).toEqual([]);
});

describe(`Of ${COUNT} random and changed requests (LOCAL_CLOUD_SEED=${seed})`, () => {
  it.each(Object.keys(CORPORA))(
    'to %s each has a well-formed response, and none is kept in memory',
    async (name) => {
      // The first requests compile code and fill caches.
      expect(await attack(name, COUNT / 4)).toEqual([]);
      const before = await target.memory();
      expect(await attack(name, 0.75 * COUNT)).toEqual([]);
      const after = await memoryUnder(before + ALLOWED_GROWTH);
      expect(target.isAlive()).toBe(true);
      if (process.env.LOCAL_CLOUD_FUZZ)
        console.log(`${name}: ${inKilobytes(before)}, then ${inKilobytes(after)} KB`);
      expect(after - before).toBeLessThan(ALLOWED_GROWTH);
    },
    300_000 + 200 * COUNT,
  );
});

/**
 * The memory once it is less than `limit`, or after SETTLE_MS. A server may still hold what it received on a connection
 * that the client has closed; only a leak stays.
 */
async function memoryUnder(limit: number): Promise<number> {
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const memory = await target.memory();
    if (memory < limit || performance.now() > until) return memory;
    await pause(100);
  }
}

const inKilobytes = (bytes: number) => Math.round(bytes / 1024);
