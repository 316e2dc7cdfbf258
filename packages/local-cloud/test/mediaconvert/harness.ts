import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetJobCommand,
  type Job,
  MediaConvertClient,
  type Job as SdkJob,
} from '@aws-sdk/client-mediaconvert';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createEndpoint } from '../../src/endpoint/endpoint.ts';
import {
  createMediaConvert,
  type MediaConvert,
  type MediaConvertOptions,
} from '../../src/mediaconvert/mediaconvert.ts';
import { createS3 } from '../../src/s3/s3.ts';
import { AwsError } from '../../src/shared/aws-error.ts';
import type { Authorize, Caller, CredentialSource } from '../../src/shared/caller.ts';
import { MovableClock } from '../../src/shared/clock.ts';
import type { CloudEvent } from '../../src/shared/events.ts';
import { until } from '../waiting.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/transcoder';
export const INBOX = 'the-inbox';
export const OUTBOX = 'the-outbox';

/** A MediaConvert with a real S3 and the endpoint of the JSON services. */
export interface Harness {
  readonly client: MediaConvertClient;
  readonly s3: S3Client;
  readonly dataDir: string;
  readonly clock: MovableClock;
  readonly events: CloudEvent[];
  /** Actions that are denied to every caller. */
  readonly denied: Set<string>;
  /** The checked permissions: `action resource`. */
  readonly asked: string[];
  mediaConvert(): MediaConvert;
  /** Closes the engine and opens it again with the same folder, as after a kill. */
  restart(options?: Partial<MediaConvertOptions>): Promise<void>;
  /** Waits until the job has ended. */
  ended(id: string | undefined): Promise<SdkJob>;
  stop(): Promise<void>;
}

const secretOf = (id: string) => ({ accessKeyId: id, secretAccessKey: `${id}-secret` });
const CALLERS: Record<string, Caller> = {
  operator: { kind: 'root' },
  transcoder: { kind: 'role', roleArn: ROLE, sessionName: 'EmeSession_test' },
};
const credentials: CredentialSource = {
  find(accessKeyId) {
    const caller = CALLERS[accessKeyId];
    return caller && { caller, credentials: secretOf(accessKeyId) };
  },
};

export async function startHarness(options: Partial<MediaConvertOptions> = {}): Promise<Harness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mediaconvert-test-'));
  const clock = new MovableClock();
  const events: CloudEvent[] = [];
  const denied = new Set<string>();
  const asked: string[] = [];
  const authorize: Authorize = ({ action, resource }) => {
    asked.push(`${action} ${resource}`);
    if (denied.has(action)) throw new AwsError('AccessDenied', `${action} is denied.`, 403);
  };
  const s3 = await createS3({
    dataDir: join(dataDir, 's3'),
    clock,
    credentials,
    authorize,
    emit: () => undefined,
    legacy: true,
  });
  const s3Endpoint = await s3.listen(0);
  const open = (more: Partial<MediaConvertOptions>) =>
    createMediaConvert({
      dataDir,
      clock,
      authorize,
      emit: (event) => void events.push(event),
      credentialsFor: () => secretOf('transcoder'),
      s3Endpoint: () => s3Endpoint,
      random: randomUUID,
      ...options,
      ...more,
    });
  let engine = open({});
  const door = createEndpoint({
    services: [
      {
        signingName: 'mediaconvert',
        protocol: 'rest-json',
        handle: (request) => engine.service.handle(request),
      },
    ],
    credentials,
    clock,
    newId: randomUUID,
  });
  const endpoint = await door.listen(0);
  const region = 'us-east-1';
  const client = new MediaConvertClient({
    endpoint,
    region,
    credentials: secretOf('operator'),
    maxAttempts: 1,
  });
  const s3Client = new S3Client({
    endpoint: s3Endpoint,
    region,
    credentials: secretOf('operator'),
    forcePathStyle: true,
  });
  for (const Bucket of [INBOX, OUTBOX]) await s3Client.send(new CreateBucketCommand({ Bucket }));
  return {
    client,
    s3: s3Client,
    dataDir,
    clock,
    events,
    denied,
    asked,
    mediaConvert: () => engine,
    async restart(more = {}) {
      await engine.close();
      engine = open(more);
      engine.resume();
    },
    async ended(id) {
      let job: SdkJob | undefined;
      await until(async () => {
        ({ Job: job } = await client.send(new GetJobCommand({ Id: id })));
        return !['SUBMITTED', 'PROGRESSING'].includes(job?.Status ?? '');
      });
      if (job === undefined) throw new Error('GetJob returned no job.');
      return job;
    },
    async stop() {
      client.destroy();
      s3Client.destroy();
      await engine.close();
      await door.close();
      await s3.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The statuses in the events of one job. */
export function statuses(events: readonly CloudEvent[], job: Job | undefined): string[] {
  return details(events, job).map((detail) => String(detail.status));
}

export function details(
  events: readonly CloudEvent[],
  job: Job | undefined,
): Record<string, unknown>[] {
  return events
    .map((event) => event.detail as Record<string, unknown>)
    .filter((detail) => detail.jobId === job?.Id);
}

export async function put(s3: S3Client, folder: string, name: string): Promise<string> {
  const body = readFileSync(join(folder, name));
  await s3.send(new PutObjectCommand({ Bucket: INBOX, Key: name, Body: body }));
  return `s3://${INBOX}/${name}`;
}

export async function stored(s3: S3Client, prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: OUTBOX, Prefix: prefix }),
  );
  return Contents.map(({ Key = '' }) => Key.slice(prefix.length));
}

export async function read(s3: S3Client, key: string) {
  const got = await s3.send(new GetObjectCommand({ Bucket: OUTBOX, Key: key }));
  const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
  return { bytes, contentType: got.ContentType, contentEncoding: got.ContentEncoding };
}

/** Runs a script of this folder in a separate process. */
export function runScript(name: string, args: string[] = [], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, name), ...args],
      { env: { PATH: process.env.PATH } },
    );
    let [out, errors] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${name} ended with ${code}: ${errors}`)),
    );
    child.stdin.end(input);
  });
}
