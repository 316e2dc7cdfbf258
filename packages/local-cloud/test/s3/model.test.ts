import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  type S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { until } from '../waiting.ts';
import { blobCount, clientFor, newBucket, startS3 } from './harness.ts';

/** A model of S3: versions of keys, and uploads that become versions. */
class Model {
  readonly versions = new Map<string, { body: string | undefined; id: string | undefined }[]>();
  readonly uploads = new Map<number, { key: string; parts: Map<number, string> }>();
  versioned = false;

  latest(key: string) {
    return this.versions.get(key)?.at(-1)?.body;
  }
  write(key: string, body: string | undefined, id: string | undefined) {
    const before = this.versions.get(key) ?? [];
    const kept = id === undefined ? before.filter((version) => version.id !== undefined) : before;
    this.versions.set(key, [...kept, { body, id }]);
  }
  delete(key: string, marker: string | undefined) {
    if (this.versioned) this.write(key, undefined, marker);
    else this.versions.delete(key);
  }
  deleteVersion(key: string, index: number) {
    const versions = this.versions.get(key) ?? [];
    versions.splice(index, 1);
    if (versions.length === 0) this.versions.delete(key);
  }
  listing() {
    const present = [...this.versions.keys()].filter((key) => this.latest(key) !== undefined);
    return present.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
}

interface Real {
  client: S3Client;
  readonly bucket: string;
  readonly uploads: Map<number, { key: string; id: string; etags: Map<number, string> }>;
  reopen(): Promise<void>;
}

type Step =
  | { kind: 'put'; key: string; body: string; once: boolean }
  | { kind: 'get' | 'delete'; key: string }
  | { kind: 'delete-version'; key: string; pick: number }
  | { kind: 'copy'; from: string; to: string }
  | { kind: 'begin'; upload: number; key: string }
  | { kind: 'abort'; upload: number; key: string }
  | { kind: 'part'; upload: number; part: number; body: string }
  | { kind: 'complete'; upload: number; once: boolean }
  | { kind: 'versioning' | 'list' | 'reopen' };

const key = fc.constantFrom('a', 'a/b', 'a/c', 'b', 'ü', '\u{1F3A5}');
const body = fc.string({ maxLength: 12 });
const upload = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('put' as const), key, body, once: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('get' as const, 'delete' as const), key }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('delete-version' as const), key, pick: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy' as const), from: key, to: key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom<('begin' | 'abort')[]>('begin', 'begin', 'abort'),
      upload,
      key,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('part' as const),
      upload,
      part: fc.integer({ min: 1, max: 2 }),
      body,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('complete' as const), upload, once: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('versioning' as const, 'list' as const, 'reopen' as const),
    }),
  },
);

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: S3ServiceException) => error.name,
  );
}

async function textAt({ client, bucket: Bucket }: Real, Key: string, VersionId?: string) {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

/** Performs one step on both and compares the results. */
async function perform(real: Real, model: Model, action: Step): Promise<void> {
  const { client, bucket: Bucket } = real;
  switch (action.kind) {
    case 'put': {
      const Body = Buffer.from(action.body);
      const condition = action.once ? { IfNoneMatch: '*' } : {};
      const call = client.send(
        new PutObjectCommand({ Bucket, Key: action.key, Body, ...condition }),
      );
      if (action.once && model.latest(action.key) !== undefined) {
        expect(await codeOf(call)).toBe('PreconditionFailed');
      } else {
        model.write(action.key, action.body, (await call).VersionId);
      }
      return;
    }
    case 'get': {
      const expected = model.latest(action.key);
      if (expected === undefined) expect(await codeOf(textAt(real, action.key))).toBe('NoSuchKey');
      else expect(await textAt(real, action.key)).toBe(expected);
      return;
    }
    case 'delete':
      model.delete(
        action.key,
        (await client.send(new DeleteObjectCommand({ Bucket, Key: action.key }))).VersionId,
      );
      return;
    case 'delete-version': {
      const versions = model.versions.get(action.key) ?? [];
      if (versions.length === 0) return;
      const index = action.pick % versions.length;
      await client.send(
        new DeleteObjectCommand({
          Bucket,
          Key: action.key,
          VersionId: versions[index]?.id ?? 'null',
        }),
      );
      model.deleteVersion(action.key, index);
      return;
    }
    case 'copy': {
      const CopySource = `${Bucket}/${encodeURIComponent(action.from)}`;
      const call = client.send(new CopyObjectCommand({ Bucket, Key: action.to, CopySource }));
      const source = model.latest(action.from);
      if (source === undefined) expect(await codeOf(call)).toBe('NoSuchKey');
      else if (action.from === action.to) expect(await codeOf(call)).toBe('InvalidRequest');
      else model.write(action.to, source, (await call).VersionId);
      return;
    }
    case 'versioning':
      model.versioned = true;
      await client.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
      );
      return;
    case 'list':
      await compare(real, model);
      return;
    case 'reopen':
      await real.reopen();
      return;
    default:
      await performUpload(real, model, action);
  }
}

type UploadStep = Extract<Step, { upload: number }>;

async function performUpload(real: Real, model: Model, action: UploadStep): Promise<void> {
  const { client, bucket: Bucket } = real;
  const expected = model.uploads.get(action.upload);
  const known = real.uploads.get(action.upload);
  if (action.kind === 'begin') {
    if (expected) return;
    const { UploadId = '' } = await client.send(
      new CreateMultipartUploadCommand({ Bucket, Key: action.key }),
    );
    real.uploads.set(action.upload, { key: action.key, id: UploadId, etags: new Map() });
    model.uploads.set(action.upload, { key: action.key, parts: new Map() });
    return;
  }
  if (!expected || !known) return;
  const target = { Bucket, Key: known.key, UploadId: known.id };
  if (action.kind === 'abort') {
    await client.send(new AbortMultipartUploadCommand(target));
    model.uploads.delete(action.upload);
    expect(await codeOf(client.send(new AbortMultipartUploadCommand(target)))).toBe('NoSuchUpload');
    return;
  }
  if (action.kind === 'part') {
    const Body = Buffer.from(action.body);
    const { ETag = '' } = await client.send(
      new UploadPartCommand({ ...target, PartNumber: action.part, Body }),
    );
    known.etags.set(action.part, ETag);
    expected.parts.set(action.part, action.body);
    return;
  }
  const Parts = [...known.etags]
    .sort(([a], [b]) => a - b)
    .map(([PartNumber, ETag]) => ({ PartNumber, ETag }));
  const condition = action.once ? { IfNoneMatch: '*' } : {};
  const call = client.send(
    new CompleteMultipartUploadCommand({ ...target, ...condition, MultipartUpload: { Parts } }),
  );
  if (Parts.length === 0) expect(await codeOf(call)).toBe('MalformedXML');
  else if (action.once && model.latest(known.key) !== undefined)
    expect(await codeOf(call)).toBe('PreconditionFailed');
  else if (Parts.length > 1) expect(await codeOf(call)).toBe('EntityTooSmall');
  else {
    model.write(known.key, [...expected.parts.values()][0], (await call).VersionId);
    model.uploads.delete(action.upload);
  }
}

/** Compares all that clients can see with the model. */
async function compare(real: Real, model: Model): Promise<void> {
  const { client, bucket: Bucket } = real;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual(model.listing());
  for (const name of model.listing()) expect(await textAt(real, name)).toBe(model.latest(name));

  const all = await client.send(new ListObjectVersionsCommand({ Bucket }));
  const seen = [...(all.Versions ?? []), ...(all.DeleteMarkers ?? [])].map(
    ({ Key, VersionId }) => `${Key} ${VersionId}`,
  );
  const expected = [...model.versions].flatMap(([name, versions]) =>
    versions.map(({ id }) => `${name} ${id ?? 'null'}`),
  );
  expect(seen.sort()).toEqual(expected.sort());
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(Uploads.length).toBe(model.uploads.size);
}

it('random sequences of operations and restarts give the results of the model', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 's3-model-'));
  let running = await startS3({ dataDir });
  const reopen = async (real: Real) => {
    await running.stop();
    running = await startS3({ dataDir });
    real.client = clientFor(running.endpoint, 'main');
    await real.client.send(new HeadBucketCommand({ Bucket: real.bucket }));
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const real: Real = {
        client: running.client,
        bucket: await newBucket(running.client),
        uploads: new Map(),
        reopen: () => reopen(real),
      };
      const model = new Model();
      for (const each of steps) await perform(real, model, each);
      await compare(real, model);
    }),
    { numRuns: 30, endOnFailure: true },
  );
  await running.stop();
  await rm(dataDir, { recursive: true });
});

it('bytes of deleted objects and parts are removed from the disk', async () => {
  const own = await startS3();
  const Bucket = await newBucket(own.client);
  for (const Body of ['one', 'two', 'three'])
    await own.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body }));
  await until(async () => (await blobCount(own.dataDir)) === 1);
  await own.stop();
});
