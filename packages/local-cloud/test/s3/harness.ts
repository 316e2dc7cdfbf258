import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { authorizeByOwnership } from '../../src/s3/access/plain-authorize.ts';
import { parseArguments } from '../../src/s3/arguments.ts';
import { createS3, type S3, type S3Options } from '../../src/s3/s3.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import type { CloudEvent } from '../../src/shared/events.ts';

export const MIB = 1024 * 1024;

export interface Harness {
  readonly endpoint: string;
  readonly s3: S3;
  readonly client: S3Client;
  readonly clock: MovableClock;
  readonly events: CloudEvent[];
  readonly dataDir: string;
  /** A client of another account. */
  readonly other: S3Client;
  stop(): Promise<void>;
}

const running = new Set<Harness>();
/** A test that fails must not keep the process alive. */
afterAll(async () => {
  for (const each of running) await each.stop();
});

/** The engine like `npm run s3`, with two accounts, on a free port, with its own folder. */
export async function startS3(options: Partial<S3Options> = {}): Promise<Harness> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 's3-test-')));
  const clock = new MovableClock();
  const events: CloudEvent[] = [];
  const parsed = parseArguments([
    ...['--port', '0', '--data', dataDir],
    ...['--credentials', 'main:main-secret,other:other-secret'],
  ]);
  if ('mistake' in parsed) throw new Error(parsed.mistake);
  const s3 = await createS3({
    dataDir,
    clock,
    credentials: parsed.credentials,
    authorize: authorizeByOwnership,
    emit: (event) => void events.push(event),
    legacy: true,
    ...options,
  });
  const endpoint = await s3.listen(0);
  const harness: Harness = {
    endpoint,
    s3,
    clock,
    events,
    dataDir,
    client: clientFor(endpoint, 'main'),
    other: clientFor(endpoint, 'other'),
    async stop() {
      if (!running.delete(harness)) return;
      await s3.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
  running.add(harness);
  return harness;
}

/** The number of files below `blobs/`. They are deleted shortly after the response. */
export async function blobCount(dataDir: string): Promise<number> {
  const folders = await readdir(join(dataDir, 'blobs'));
  const files = folders.map((folder) => readdir(join(dataDir, 'blobs', folder)));
  return (await Promise.all(files)).flat().length;
}

export function clientFor(endpoint: string, name: string): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: name, secretAccessKey: `${name}-secret` },
    maxAttempts: 1,
  });
}

let made = 0;

export async function newBucket(client: S3Client): Promise<string> {
  const Bucket = `bucket-${++made}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

/** The error of a call. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ code: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & {
      $metadata?: { httpStatusCode?: number };
    };
    return { code: name, status: $metadata?.httpStatusCode, message };
  }
  throw new Error('Expected an error, but the call succeeded.');
}

/** Status, error code and body of a plain HTTP call. */
export async function responseOf(call: Promise<Response>) {
  const response = await call;
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    code: /<Code>(.*?)<\/Code>/.exec(text)?.[1],
  };
}

/** `size` pseudo-random bytes. */
export function bytes(size: number, seed = 1): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[index] = state;
  }
  return Buffer.from(words.buffer, 0, size);
}
