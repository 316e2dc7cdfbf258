import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { until } from '../waiting.ts';
import { blobCount, type Harness, refusal, startS3 } from './harness.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
let s3: Harness;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

type Versioning = 'Unversioned' | 'Enabled' | 'Suspended';
interface Place {
  readonly Bucket: string;
  readonly Key: string;
}
interface Conditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/** The history of a key, oldest first. */
const HISTORIES = {
  'no object': [],
  'an object': ['new'],
  'an object over another': ['old', 'new'],
  'a delete marker': ['marker'],
  'a delete marker over an object': ['old', 'marker'],
  'an object over a delete marker': ['old', 'marker', 'new'],
} as const;
type History = keyof typeof HISTORIES;

const OPERATIONS = {
  async PutObject(place: Place, conditions: Conditions) {
    await s3.client.send(new PutObjectCommand({ ...place, Body: 'written', ...conditions }));
  },
  async CompleteMultipartUpload(place: Place, conditions: Conditions) {
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand(place));
    const part = { ...place, UploadId, PartNumber: 1 };
    const { ETag } = await s3.client.send(new UploadPartCommand({ ...part, Body: 'written' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.client.send(
      new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload, ...conditions }),
    );
  },
  async CopyObject(place: Place, conditions: Conditions) {
    const CopySource = `${place.Bucket}/source`;
    await s3.client.send(new CopyObjectCommand({ ...place, CopySource, ...conditions }));
  },
  async PostObject({ Bucket, Key }: Place, { IfMatch, IfNoneMatch }: Conditions) {
    const form = new FormData();
    form.append('key', Key);
    if (IfMatch !== undefined) form.append('If-Match', IfMatch);
    if (IfNoneMatch !== undefined) form.append('If-None-Match', IfNoneMatch);
    form.append('file', 'written');
    const response = await fetch(`${s3.endpoint}/${Bucket}`, { method: 'POST', body: form });
    if (response.ok) return;
    const name = /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1] ?? '';
    throw Object.assign(new Error(name), {
      name,
      $metadata: { httpStatusCode: response.status },
    });
  },
};
type Operation = keyof typeof OPERATIONS;

/** A condition, and whether it holds for a key with an object. */
const CONDITIONS = {
  'If-None-Match: *': { make: () => ({ IfNoneMatch: '*' }), holdsForObject: false },
  'If-Match with its ETag': {
    make: (etags: Record<string, string>) => ({ IfMatch: etags.new ?? '"new"' }),
    holdsForObject: true,
  },
  'If-Match: *': { make: () => ({ IfMatch: '*' }), holdsForObject: true },
  'If-Match with the ETag of an older version': {
    make: (etags: Record<string, string>) => ({ IfMatch: etags.old ?? '"old"' }),
    holdsForObject: false,
  },
} as const;
type Condition = keyof typeof CONDITIONS;

let buckets = 0;
async function bucketWith(versioning: Versioning): Promise<string> {
  const Bucket = `conditional-${++buckets}`;
  await s3.client.send(new CreateBucketCommand({ Bucket, ACL: 'public-read-write' }));
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'written' }));
  if (versioning === 'Unversioned') return Bucket;
  // A suspended bucket had versioning before.
  for (const Status of versioning === 'Suspended'
    ? (['Enabled', versioning] as const)
    : [versioning])
    await s3.client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }),
    );
  return Bucket;
}

async function make(place: Place, history: History): Promise<Record<string, string>> {
  const etags: Record<string, string> = {};
  for (const step of HISTORIES[history]) {
    if (step === 'marker') await s3.client.send(new DeleteObjectCommand(place));
    else {
      const { ETag = '' } = await s3.client.send(new PutObjectCommand({ ...place, Body: step }));
      etags[step] = ETag;
    }
  }
  return etags;
}

async function stateOf({ Bucket, Key }: Place) {
  const { Versions = [], DeleteMarkers = [] } = await s3.client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: Key }),
  );
  return [...Versions, ...DeleteMarkers].map(({ VersionId, IsLatest, LastModified }) => ({
    VersionId,
    IsLatest,
    LastModified,
  }));
}

const contentOf = async (place: Place) =>
  (await s3.client.send(new GetObjectCommand(place))).Body?.transformToString();

const VERSIONINGS: readonly Versioning[] = ['Unversioned', 'Enabled', 'Suspended'];
const rows = VERSIONINGS.flatMap((versioning) =>
  (Object.keys(OPERATIONS) as Operation[]).map((operation) => [operation, versioning] as const),
);

describe.each(rows)('%s in a bucket with versioning %s', (operation, versioning) => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await bucketWith(versioning);
  });

  const cases = (Object.keys(CONDITIONS) as Condition[]).flatMap((condition) =>
    (Object.keys(HISTORIES) as History[]).map((history) => [condition, history] as const),
  );
  it.each(cases)('and %s, on %s', async (condition, history) => {
    const { make: conditionsOf, holdsForObject } = CONDITIONS[condition];
    const exists = HISTORIES[history].at(-1) === 'new';
    const place = { Bucket, Key: `${condition} ${history}` };
    const etags = await make(place, history);
    const before = await stateOf(place);
    const call = OPERATIONS[operation](place, conditionsOf(etags));
    // A delete marker counts as no object, and an older version does not count.
    if (exists ? holdsForObject : condition === 'If-None-Match: *') {
      await call;
      expect(await contentOf(place)).toBe('written');
      return;
    }
    expect(await refusal(call)).toMatchObject(
      exists ? { code: 'PreconditionFailed', status: 412 } : { code: 'NoSuchKey', status: 404 },
    );
    expect(await stateOf(place)).toEqual(before);
  });
});

it('a refused write leaves no bytes behind', async () => {
  const Bucket = await bucketWith('Unversioned');
  await until(async () => (await blobCount(s3.dataDir)) > 0);
  const place = { Bucket, Key: 'kept' };
  await make(place, 'an object');
  const before = await blobCount(s3.dataDir);
  for (const operation of ['PutObject', 'CopyObject', 'PostObject'] as const)
    expect(await refusal(OPERATIONS[operation](place, { IfNoneMatch: '*' }))).toMatchObject({
      status: 412,
    });
  await until(async () => (await blobCount(s3.dataDir)) === before);
});
