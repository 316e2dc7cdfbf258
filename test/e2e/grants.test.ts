import { randomBytes } from 'node:crypto';
import {
  ListMultipartUploadsCommand,
  ListPartsCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { UploadError } from '@reelgate/client';
import { expandGrant } from '../../core/contract/expand-grant.ts';
import type { PartUrl } from '../../core/contract/grant.ts';
import type { Upload } from '../../core/contract/upload.ts';
import { signGrant } from '../../core/grants/part-grant.ts';
import { planParts } from '../../core/grants/part-plan.ts';
import { eventually } from '../kit/eventually.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';

const MIB = 1024 * 1024;

let cloud: HostedCloud;
let s3: S3Client;

beforeAll(async () => {
  cloud = await hostCloud();
  s3 = new S3Client({
    region: 'us-east-1',
    endpoint: cloud.hosted.endpoints.s3,
    credentials: cloud.hosted.operator,
  });
});

afterAll(async () => {
  s3?.destroy();
  await cloud?.close();
});

interface Granted {
  readonly upload: Upload;
  readonly parts: readonly PartUrl[];
}

async function granted(size: number, username = 'uploader-a'): Promise<Granted> {
  const api = await cloud.as(username);
  const { upload, grant } = await api.create(
    { fileName: 'film.mp4', contentType: 'video/mp4', size },
    crypto.randomUUID(),
  );
  return { upload, parts: expandGrant(grant, { size, partSize: upload.parts.size }) };
}

function only(parts: readonly PartUrl[]): PartUrl {
  const [first] = parts;
  if (!first) throw new Error('No part was granted.');
  return first;
}

interface S3Response {
  readonly status: number;
  readonly code: string | undefined;
  readonly etag: string | null;
}

async function put(url: string, body: Uint8Array, headers = {}): Promise<S3Response> {
  const response = await fetch(url, { method: 'PUT', body: Buffer.from(body), headers });
  const text = await response.text();
  return {
    status: response.status,
    code: /<Code>(\w+)</.exec(text)?.[1],
    etag: response.headers.get('etag'),
  };
}

/** The unfinished multipart uploads in S3. */
async function storedParts(): Promise<number> {
  const Bucket = cloud.hosted.sourceBucket;
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  const counts = await Promise.all(
    Uploads.map(async ({ Key, UploadId }) => {
      const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
      return Parts.length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function problem(call: Promise<unknown>): Promise<UploadError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UploadError) return error;
  throw new Error(`An UploadError was expected, got ${String(error)}.`);
}

describe('A part grant', () => {
  it('accepts exactly the granted bytes', async () => {
    const { parts } = await granted(2 * MIB);
    const before = await storedParts();
    const response = await put(only(parts).url, randomBytes(2 * MIB));
    expect(response).toMatchObject({
      status: 200,
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
    expect(await storedParts()).toBe(before + 1);
  });

  it.each([
    ['a byte more', (url: string) => put(url, randomBytes(MIB + 1)), 'SignatureDoesNotMatch'],
    ['a byte less', (url: string) => put(url, randomBytes(MIB - 1)), 'SignatureDoesNotMatch'],
    [
      'a part outside the grant',
      (url: string) => put(url.replace('partNumber=1', 'partNumber=2'), randomBytes(MIB)),
      'SignatureDoesNotMatch',
    ],
    [
      'an edited query',
      (url: string) =>
        put(url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=604800'), randomBytes(MIB)),
      'SignatureDoesNotMatch',
    ],
    [
      'another key',
      (url: string) => put(url.replace('/source?', '/elsewhere?'), randomBytes(MIB)),
      'SignatureDoesNotMatch',
    ],
    [
      'an unsigned x-amz-acl',
      (url: string) => put(url, randomBytes(MIB), { 'x-amz-acl': 'public-read' }),
      'AccessDenied',
    ],
    [
      'a URL without its signature',
      (url: string) => put(url.replace(/X-Amz-[^&]+&?/g, ''), randomBytes(MIB)),
      'AccessDenied',
    ],
  ])('refuses %s, and nothing is stored', async (_what, attempt, code) => {
    const { parts } = await granted(MIB);
    const before = await storedParts();
    expect(await attempt(only(parts).url)).toMatchObject({ status: 403, code });
    expect(await storedParts()).toBe(before);
  });

  it('refuses an expired URL and stores nothing', async () => {
    const { upload, parts } = await granted(MIB);
    const { operator, sourceBucket: bucket, endpoints } = cloud.hosted;
    const key = decodeURIComponent(new URL(only(parts).url).pathname).slice(`/${bucket}/`.length);
    const grant = signGrant({
      bucketUrl: `${endpoints.s3}/${bucket}`,
      key,
      s3UploadId: new URL(only(parts).url).searchParams.get('uploadId') ?? '',
      plan: planParts(MIB),
      credentials: operator,
      region: 'us-east-1',
      now: Date.now() - 120_000,
      lifetimeSeconds: 60,
    });
    const [expired] = expandGrant(grant, { size: MIB, partSize: upload.parts.size });
    const before = await storedParts();
    expect(await put(expired?.url ?? '', randomBytes(MIB))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    expect(await storedParts()).toBe(before);
  });

  it('is renewed for the requested parts', async () => {
    const { upload, parts } = await granted(20 * MIB);
    const api = await cloud.as('uploader-a');
    const { grant } = await api.sign(upload.id, [2]);
    const [again] = expandGrant(grant, { size: upload.size, partSize: upload.parts.size });
    expect(again).toMatchObject({ partNumber: 2, size: parts[1]?.size, offset: parts[1]?.offset });
    const response = await put(again?.url ?? '', randomBytes(again?.size ?? 0));
    expect(response.status).toBe(200);
    expect((await api.parts(upload.id)).parts).toEqual([
      { partNumber: 2, size: parts[1]?.size, etag: response.etag },
    ]);
  });
});

describe('A create request', () => {
  it.each([
    ['an empty file', { size: 0 }, 'empty_file'],
    ['a file over the limit', { size: 50_000_000_001 }, 'file_too_large'],
    ['a text file', { contentType: 'text/plain' }, 'content_type_not_allowed'],
    ['a name with a line break', { fileName: 'a\r\nb.mp4' }, 'file_name_invalid'],
  ])('for %s is refused with its reason', async (_what, change, code) => {
    const api = await cloud.as('uploader-a');
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: MIB, ...change };
    const error = await problem(api.create(request, crypto.randomUUID()));
    expect(error.status).toBe(422);
    expect([error.code, ...(error.problem?.errors ?? []).map((field) => field.code)]).toContain(
      code,
    );
  });

  it('with the same Idempotency-Key returns the same upload and reserves the quota once', async () => {
    const api = await cloud.as('uploader-a');
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: MIB };
    const key = crypto.randomUUID();
    const [first, second] = await Promise.all([api.create(request, key), api.create(request, key)]);
    const third = await api.create(request, key);
    expect(second.upload.id).toBe(first.upload.id);
    expect(third.upload.id).toBe(first.upload.id);
    const other = await problem(api.create({ ...request, size: MIB + 1 }, key));
    expect(other).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });
});

describe('Completing', () => {
  it('with a missing part is refused, and the upload is unchanged', async () => {
    const { upload, parts } = await granted(20 * MIB);
    const api = await cloud.as('uploader-a');
    const [first, ...others] = parts;
    if (!first) throw new Error('No part was granted.');
    const sent = [
      { partNumber: 1, etag: (await put(first.url, randomBytes(first.size))).etag ?? '' },
    ];

    const error = await problem(api.complete(upload.id, { parts: sent }));
    expect([409, 422]).toContain(error.status);
    expect(error.code).toBe('parts_missing');
    expect((await api.get(upload.id)).upload.status).toBe('waiting');
    expect((await api.parts(upload.id)).missing).toEqual(others.map((part) => part.partNumber));
  });

  it('with a wrong ETag is refused, and the upload is unchanged', async () => {
    const { upload, parts } = await granted(MIB);
    const api = await cloud.as('uploader-a');
    await put(only(parts).url, randomBytes(MIB));
    const error = await problem(
      api.complete(upload.id, { parts: [{ partNumber: 1, etag: `"${'0'.repeat(32)}"` }] }),
    );
    expect([409, 422]).toContain(error.status);
    expect((await api.get(upload.id)).upload.status).toBe('waiting');
    expect((await api.parts(upload.id)).parts).toHaveLength(1);
  });
});

describe('A part of another size, written with valid credentials', () => {
  it('prevents the completion, and the upload is unchanged', async () => {
    const { upload, parts } = await granted(20 * MIB);
    const { sourceBucket: Bucket } = cloud.hosted;
    const url = new URL(only(parts).url);
    const sent: { partNumber: number; etag: string }[] = [];
    for (const part of parts) {
      const { ETag = '' } = await s3.send(
        new UploadPartCommand({
          Bucket,
          Key: decodeURIComponent(url.pathname).slice(`/${Bucket}/`.length),
          UploadId: url.searchParams.get('uploadId') ?? '',
          PartNumber: part.partNumber,
          Body: randomBytes(part.partNumber === 1 ? part.size - 1 : part.size),
        }),
      );
      sent.push({ partNumber: part.partNumber, etag: ETag });
    }
    const api = await cloud.as('uploader-a');
    const error = await problem(api.complete(upload.id, { parts: sent }));
    expect(error).toMatchObject({ status: 422, code: 'part_size_wrong' });
    expect((await api.get(upload.id)).upload.status).toBe('waiting');
  });
});

describe('Another user’s upload', () => {
  it('is not found on every route', async () => {
    const { upload } = await granted(MIB);
    const absent = '01890000-0000-7000-8000-000000000000';
    const other = await cloud.as('uploader-b');
    const routes = [
      (id: string) => other.get(id),
      (id: string) => other.sign(id, [1]),
      (id: string) => other.parts(id),
      (id: string) => other.complete(id, { parts: [{ partNumber: 1, etag: 'x' }] }),
      (id: string) => other.cancel(id),
    ];
    for (const route of routes) {
      const [foreign, missing] = [await problem(route(upload.id)), await problem(route(absent))];
      expect(foreign.status).toBe(404);
      expect({ ...foreign.problem, instance: '' }).toEqual({ ...missing.problem, instance: '' });
    }
    expect((await (await cloud.as('uploader-a')).get(upload.id)).upload.status).toBe('waiting');
  });

  it('is not in another user’s list', async () => {
    const { upload } = await granted(MIB);
    const list = async (username: string) => {
      const response = await fetch(new URL('/v1/uploads', cloud.hosted.api), {
        headers: { authorization: `Bearer ${await cloud.tokenOf(username)}` },
      });
      return ((await response.json()) as { uploads: Upload[] }).uploads.map(({ id }) => id);
    };
    // The list may lag behind the creation.
    await eventually(async () => (await list('uploader-a')).includes(upload.id));
    expect(await list('uploader-b')).not.toContain(upload.id);
  });

  it('cannot be reached without a token', async () => {
    const response = await fetch(new URL('/v1/uploads', cloud.hosted.api));
    expect(response.status).toBe(401);
  });
});

describe('Cancelling', () => {
  it('removes the parts, and a late part is refused', async () => {
    const { upload, parts } = await granted(20 * MIB);
    const api = await cloud.as('uploader-a');
    const first = only(parts);
    await put(first.url, randomBytes(first.size));
    const before = await storedParts();
    expect((await api.cancel(upload.id)).upload.status).toBe('cancelled');
    expect(await storedParts()).toBe(before - 1);
    expect(await put(first.url, randomBytes(first.size))).toMatchObject({
      status: 404,
      code: 'NoSuchUpload',
    });
    expect((await api.cancel(upload.id)).upload.status).toBe('cancelled');
  });
});
