import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { FormGrant, PutGrant, Upload } from '../../../core/contract/wire.ts';
import { signForm } from '../../../core/grants/form-grant.ts';
import { signPut } from '../../../core/grants/put-grant.ts';
import { formKey, sourceKey } from '../../../core/uploads/object-keys.ts';
import { film, plainClient, post, put } from '../../kit/single-request-client.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget, errorOf } from './attack-target.ts';
import { leakedCredentials } from './leaked-credentials.ts';
import { postForm } from './post-form.ts';
import { s3ResponseText, tally } from './state-texts.ts';

let target: AttackTarget;
let client: ReturnType<typeof plainClient>;
let bucket: string;
let owner: string;

beforeAll(async () => {
  target = await attackTarget({ upload: { quota: { maximumActiveUploads: 1_000 } } });
  client = plainClient(target.cloud);
  bucket = target.cloud.hosted.sourceBucket;
  owner = await target.owner('uploader-a');
});

afterAll(() => target?.close());

/** Every version and delete marker of one key, without a tombstone. */
async function versionsOf(key: string): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await target.s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }),
  );
  const files = Versions.filter(({ Size }) => Size !== 0);
  return [...files, ...DeleteMarkers].map(({ VersionId }) => VersionId ?? '');
}

async function stateOf({ id }: Upload): Promise<string> {
  const [source, landed] = [
    await versionsOf(sourceKey(owner, id)),
    await versionsOf(formKey(owner, id)),
  ];
  const stored = source.length + landed.length;
  const versions = stored === 1 ? '1 version' : `${stored === 0 ? 'no' : stored} versions`;
  return `${versions} stored, upload ${(await client.get(id)).status}`;
}

/** Waits until the source has this many versions and the staging prefix has none. */
async function untilStored({ id }: Upload, wanted: number): Promise<void> {
  for (;;) {
    const landed = await versionsOf(formKey(owner, id));
    const source = await versionsOf(sourceKey(owner, id));
    if (landed.length === 0 && source.length === wanted) return;
    await sleep(50);
  }
}

const bytesAt = async (key: string) => {
  const { Body } = await target.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

const without = (grant: PutGrant, name: string) =>
  Object.fromEntries(Object.entries(grant.headers).filter(([header]) => header !== name));

describe('The URL of a single PUT', () => {
  const attempts: readonly [string, (grant: PutGrant) => ReturnType<typeof put>][] = [
    ['a byte more', (grant) => put(grant, Buffer.concat([film, Buffer.alloc(1)]))],
    ['a byte less', (grant) => put(grant, film.subarray(1))],
    ['nothing', (grant) => put(grant, Buffer.alloc(0))],
    [
      'another type',
      (grant) => put(grant, film, { ...grant.headers, 'content-type': 'text/html' }),
    ],
    ['no type', (grant) => put(grant, film, without(grant, 'content-type'))],
    ['no condition', (grant) => put(grant, film, without(grant, 'if-none-match'))],
    [
      'a grant to others beside',
      (grant) => put(grant, film, { ...grant.headers, 'x-amz-acl': 'public-read' }),
    ],
    ['another key', (grant) => put({ ...grant, url: grant.url.replace('/source?', '/other?') })],
    [
      'a longer life',
      (grant) => put({ ...grant, url: grant.url.replace(/Expires=\d+/, 'Expires=604800') }),
    ],
  ];

  it.each(attempts)('is refused with %s', async (_what, attempt) => {
    const { upload, grant } = await client.createPut();
    const response = await attempt(grant);
    expect(response.status).toBe(403);
    const state = await stateOf(upload);
    expect(state).toBe('no versions stored, upload waiting');
    row(s3ResponseText(response), state);
  });

  it('is refused after it has expired', async () => {
    const { upload } = await client.createPut();
    const { endpoints, operator } = target.cloud.hosted;
    const over = signPut({
      bucketUrl: `${endpoints.s3}/${bucket}`,
      key: sourceKey(owner, upload.id),
      contentType: 'video/mp4',
      size: film.length,
      credentials: operator,
      region: 'us-east-1',
      now: Date.now() - 120_000,
      lifetimeSeconds: 60,
    });
    const response = await put(over);
    expect(response).toMatchObject({ status: 403, code: 'AccessDenied' });
    row(s3ResponseText(response), await stateOf(upload));
  });

  it('never replaces its own object, however often it is used', async () => {
    const { upload, grant } = await client.createPut();
    expect((await put(grant)).status).toBe(200);
    const other = randomBytes(film.length);
    const responses = [await put(grant, other), await put(grant, other)];
    expect((await client.endOf(upload.id)).status).toBe('ready');
    responses.push(await put(grant, other));
    for (const response of responses) expect(response.code).toBe('PreconditionFailed');
    const state = await stateOf(upload);
    expect(state).toBe('1 version stored, upload ready');
    expect(await bytesAt(sourceKey(owner, upload.id))).toEqual(film);
    row(tally(responses.map(s3ResponseText)), state);
  });

  it('leaves nothing behind after the upload was cancelled', async () => {
    const { upload, grant } = await client.createPut();
    await client.ask('DELETE', `/v1/uploads/${upload.id}`);
    const response = await put(grant);
    await untilStored(upload, 0);
    const state = await stateOf(upload);
    expect(state).toBe('no versions stored, upload cancelled');
    row(s3ResponseText(response), state);
  });

  it('leaves nothing behind after the upload was rejected and its source is gone', async () => {
    const words = Buffer.from('Only words.\n'.repeat(100));
    const { upload, grant } = await client.createPut({}, words);
    expect((await put(grant, words)).status).toBe(200);
    expect((await client.endOf(upload.id)).status).toBe('rejected');
    await untilStored(upload, 0);
    const response = await put(grant, words);
    await untilStored(upload, 0);
    const state = await stateOf(upload);
    expect(state).toBe('no versions stored, upload rejected');
    row(s3ResponseText(response), state);
  });
});

describe('A form', () => {
  const changed = (grant: FormGrant, fields: object, bytes: Buffer = film) =>
    post({ ...grant, fields: { ...grant.fields, ...fields } }, bytes);
  const attempts: readonly [string, (grant: FormGrant) => ReturnType<typeof post>, string][] = [
    [
      'a byte more',
      (grant) => post(grant, Buffer.concat([film, Buffer.alloc(1)])),
      'EntityTooLarge',
    ],
    ['a byte less', (grant) => post(grant, film.subarray(1)), 'EntityTooSmall'],
    ['nothing', (grant) => post(grant, Buffer.alloc(0)), 'EntityTooSmall'],
    ['another type', (grant) => changed(grant, { 'content-type': 'text/html' }), 'AccessDenied'],
    ['another key', (grant) => changed(grant, { key: 'forms/other' }), 'AccessDenied'],
    [
      'the key of its own source',
      (grant) => changed(grant, { key: (grant.fields.key ?? '').replace(/^forms\//, 'uploads/') }),
      'AccessDenied',
    ],
    ['a field more', (grant) => changed(grant, { acl: 'public-read' }), 'AccessDenied'],
    [
      'a page to go to',
      (grant) => changed(grant, { success_action_redirect: 'https://evil.example.com/' }),
      'AccessDenied',
    ],
    [
      'a policy of its own',
      (grant) => changed(grant, { policy: Buffer.from('{}').toString('base64') }),
      'SignatureDoesNotMatch',
    ],
  ];

  it.each(attempts)('is refused with %s', async (_what, attempt, code) => {
    const { upload, grant } = await client.createPost();
    const response = await attempt(grant);
    expect(response.code).toBe(code);
    const state = await stateOf(upload);
    expect(state).toBe('no versions stored, upload waiting');
    row(s3ResponseText(response), state);
  });

  it('is refused after it has expired', async () => {
    const { upload } = await client.createPost();
    const { endpoints, operator } = target.cloud.hosted;
    const over = signForm({
      bucketUrl: `${endpoints.s3}/${bucket}`,
      bucket,
      key: formKey(owner, upload.id),
      contentType: 'video/mp4',
      size: film.length,
      credentials: operator,
      region: 'us-east-1',
      now: Date.now() - 120_000,
      lifetimeSeconds: 60,
    });
    const response = await post(over);
    expect(response).toMatchObject({ status: 403, code: 'AccessDenied' });
    row(s3ResponseText(response), await stateOf(upload));
  });

  it('does not change the first file when it is posted again, before or after the video is ready', async () => {
    const { upload, grant } = await client.createPost();
    const responses = [await post(grant)];
    while ((await client.get(upload.id)).status === 'waiting') await sleep(20);
    const other = randomBytes(film.length);
    responses.push(await post(grant, other));
    expect((await client.endOf(upload.id)).status).toBe('ready');
    responses.push(await post(grant, other));
    expect(responses.map(({ status }) => status)).toEqual([201, 201, 201]);
    await untilStored(upload, 1);
    const state = await stateOf(upload);
    expect(state).toBe('1 version stored, upload ready');
    expect(await bytesAt(sourceKey(owner, upload.id))).toEqual(film);
    row(tally(responses.map(s3ResponseText)), state);
  });

  it('stores one file when it is posted ten times at once', async () => {
    const { upload, grant } = await client.createPost();
    const responses = await Promise.all(Array.from({ length: 10 }, () => post(grant)));
    expect((await client.endOf(upload.id)).status).toBe('ready');
    await untilStored(upload, 1);
    const state = await stateOf(upload);
    expect(state).toBe('1 version stored, upload ready');
    row(tally(responses.map(s3ResponseText)), state);
  });

  it('leaves nothing behind when it is posted after the upload was cancelled', async () => {
    const { upload, grant } = await client.createPost();
    await client.ask('DELETE', `/v1/uploads/${upload.id}`);
    const response = await post(grant);
    await untilStored(upload, 0);
    const state = await stateOf(upload);
    expect(state).toBe('no versions stored, upload cancelled');
    row(s3ResponseText(response), state);
  });
});

describe('Leaked credentials', () => {
  const everywhere = (id: string) => [sourceKey(owner, id), formKey(owner, id), 'elsewhere'];

  function as(credentials: ReturnType<typeof leakedCredentials>): S3Client {
    const endpoint = target.cloud.hosted.endpoints.s3;
    return new S3Client({ region: 'us-east-1', endpoint, credentials });
  }

  /** Every call that the credentials must not allow. */
  async function tryEverything(s3: S3Client, id: string): Promise<string[]> {
    const Bucket = bucket;
    const attempts = everywhere(id).flatMap((Key) => [
      s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', IfNoneMatch: '*' })),
      s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })),
      s3.send(new UploadPartCommand({ Bucket, Key, UploadId: 'x', PartNumber: 1, Body: 'x' })),
      s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${bucket}/x`, IfNoneMatch: '*' })),
      s3.send(new GetObjectCommand({ Bucket, Key })),
      s3.send(new DeleteObjectCommand({ Bucket, Key })),
    ]);
    return Promise.all(attempts.map(errorOf));
  }

  it('of the signer of single PUTs allow nothing but the signed PUT', async () => {
    const { upload, grant } = await client.createPut();
    const { searchParams } = new URL(grant.url);
    const leaked = leakedCredentials(target, searchParams.get('X-Amz-Credential') ?? '');
    const s3 = as(leaked);
    const errors = await tryEverything(s3, upload.id);
    s3.destroy();
    const url = `${target.cloud.hosted.endpoints.s3}/${bucket}`;
    for (const key of everywhere(upload.id)) {
      const form = postForm(leaked, bucket, key, Date.now());
      const { status } = await fetch(url, { method: 'POST', body: form });
      errors.push(status === 403 ? 'AccessDenied' : `a form responseText ${status}`);
    }
    expect(new Set(errors)).toEqual(new Set(['AccessDenied']));
    const state = await stateOf(upload);
    expect(state).toBe('no versions stored, upload waiting');
    row(tally(errors), state);
  });

  it('of the signer of forms allow nothing but posts below forms/', async () => {
    const { upload, grant } = await client.createPost();
    const leaked = leakedCredentials(target, grant.fields['x-amz-credential'] ?? '');
    const s3 = as(leaked);
    const errors = await tryEverything(s3, upload.id);
    s3.destroy();
    const url = `${target.cloud.hosted.endpoints.s3}/${bucket}`;
    for (const key of [sourceKey(owner, upload.id), 'elsewhere']) {
      const form = postForm(leaked, bucket, key, Date.now());
      const { status } = await fetch(url, { method: 'POST', body: form });
      errors.push(status === 403 ? 'AccessDenied' : `a form responseText ${status}`);
    }
    expect(new Set(errors)).toEqual(new Set(['AccessDenied']));
    const state = await stateOf(upload);
    expect(state).toBe('no versions stored, upload waiting');
    row(tally(errors), state);
  });
});
