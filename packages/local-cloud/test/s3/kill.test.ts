import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { seededRandom } from '../seeded-random.ts';
import { until } from '../waiting.ts';
import { blobCount, bytes, clientFor, MIB } from './harness.ts';

const random = seededRandom();
const ROUNDS = 4;
const Bucket = 'survivor';
const MAIN = join(import.meta.dirname, '../../src/s3/main.ts');

const children = new Set<ChildProcess>();
/** A test that fails must not keep the process alive. */
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

async function start(dataDir: string): Promise<{ child: ChildProcess; client: S3Client }> {
  const child = spawn(
    process.execPath,
    [MAIN, '--port', '0', '--data', dataDir, '--credentials', 'main:main-secret'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.add(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, client: clientFor(/http:\S+?(?=,)/.exec(line)?.[0] ?? '', 'main') };
}

async function kill(child: ChildProcess) {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** The confirmed state, and the values that were being written. */
interface Ledger {
  readonly objects: Map<string, Buffer>;
  readonly unsure: Map<string, Buffer | undefined>;
  /** Number of writes that were confirmed. */
  confirmed: number;
}

async function writer(
  client: S3Client,
  name: string,
  seed: number,
  ledger: Ledger,
): Promise<never> {
  for (let turn = 0; ; turn++) {
    const Key = `${name}-${turn % 4}`;
    const body = bytes(turn % 3 === 0 ? 3 * MIB : 2000 + turn, seed + turn);
    ledger.unsure.set(Key, body);
    if (turn % 5 === 4) {
      ledger.unsure.set(Key, undefined);
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
      ledger.objects.delete(Key);
    } else if (turn % 2 === 1) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const { ETag } = await client.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: body }),
      );
      await client.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        }),
      );
      ledger.objects.set(Key, body);
    } else {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: body }));
      ledger.objects.set(Key, body);
    }
    ledger.unsure.delete(Key);
    ledger.confirmed++;
  }
}

async function check(client: S3Client, { objects, unsure }: Ledger) {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const present = new Set(Contents.map(({ Key = '' }) => Key));
  for (const name of new Set([...objects.keys(), ...unsure.keys(), ...present])) {
    const before = objects.get(name);
    const allowed = [before, ...(unsure.has(name) ? [unsure.get(name)] : [])];
    const now = present.has(name)
      ? Buffer.from(
          (await (
            await client.send(new GetObjectCommand({ Bucket, Key: name }))
          ).Body?.transformToByteArray()) ?? [],
        )
      : undefined;
    const fits = allowed.some((one) =>
      one === undefined ? now === undefined : now !== undefined && one.equals(now),
    );
    if (!fits)
      throw new Error(`${name} is neither the confirmed value nor the one that was being written.`);
    if (now) objects.set(name, now);
    else objects.delete(name);
  }
  unsure.clear();
}

/** There are as many files as objects and parts. */
async function expectNoLeftovers(client: S3Client, dataDir: string, objects: number) {
  let parts = 0;
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) {
    parts +=
      (await client.send(new ListPartsCommand({ Bucket, Key, UploadId }))).Parts?.length ?? 0;
  }
  expect(await blobCount(dataDir)).toBe(objects + parts);
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
}

it(`a process killed at any moment (seed ${random.seed}) loses nothing that it confirmed, and has no partial data`, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-kill-'));
  const ledger: Ledger = { objects: new Map(), unsure: new Map(), confirmed: 0 };
  let { child, client } = await start(dataDir);
  await client.send(new CreateBucketCommand({ Bucket }));
  for (let round = 0; round < ROUNDS; round++) {
    const writers = ['x', 'y', 'z'].map((name, index) =>
      writer(client, name, round * 100 + index * 31, ledger),
    );
    const ended = Promise.allSettled(writers);
    const before = ledger.confirmed;
    // A slow machine needs longer for the first write than a fast one for many.
    await until(() => ledger.confirmed > before);
    await new Promise((resolve) => setTimeout(resolve, Math.floor(random.next() * 250)));
    await kill(child);
    await ended;
    ({ child, client } = await start(dataDir));
    await check(client, ledger);
    await expectNoLeftovers(client, dataDir, ledger.objects.size);
  }
  await kill(child);
  await rm(dataDir, { recursive: true });
});
