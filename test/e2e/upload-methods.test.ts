import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Upload } from '../../core/contract/wire.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';
import { film, plainClient, post, put } from '../kit/single-request-client.ts';

let cloud: HostedCloud;
let s3: S3Client;
let client: ReturnType<typeof plainClient>;

beforeAll(async () => {
  // Acceleration has no effect at a custom endpoint.
  cloud = await hostCloud({
    allowedOrigins: ['https://app.example.com'],
    transferAcceleration: true,
  });
  client = plainClient(cloud);
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

/** Every version and delete marker that S3 holds below a prefix. */
async function stored(Prefix: string): Promise<number> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: cloud.hosted.sourceBucket, Prefix }),
  );
  return Versions.length + DeleteMarkers.length;
}

describe('A single PUT', () => {
  it('becomes a ready video without a call to complete', async () => {
    const { upload, grant } = await client.createPut();
    expect(upload).toMatchObject({ status: 'waiting', method: 'put', awaits: 'file' });
    expect(await put(grant)).toMatchObject({ status: 200 });
    const ended = await client.endOf(upload.id);
    expect(ended).toMatchObject({ status: 'ready', progress: { percent: 100 } });
    expect(ended.timeline.map(({ to }) => to)).toEqual([
      'waiting',
      'validating',
      'transcoding',
      'ready',
    ]);
  });

  it('can be renewed while it waits, and replaces nothing afterwards', async () => {
    const { upload, grant } = await client.createPut();
    const again = await client.ask<{ grant: typeof grant }>(
      'POST',
      `/v1/uploads/${upload.id}/grant`,
    );
    expect(again.status).toBe(200);
    expect(await put(again.body.grant)).toMatchObject({ status: 200 });
    expect(await put(grant)).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect((await client.endOf(upload.id)).status).toBe('ready');
  });

  it('has its checksum verified by S3 when the client provides one', async () => {
    const { upload, grant } = await client.createPut({ checksum: 'AAAAAAAAAAA=' });
    expect(grant.headers).toHaveProperty('x-amz-checksum-crc64nvme', 'AAAAAAAAAAA=');
    expect(await put(grant)).toMatchObject({ status: 400, code: 'BadDigest' });
    expect((await client.get(upload.id)).status).toBe('waiting');
  });

  it.each([
    ['complete', 'POST', '/complete', { parts: [{ partNumber: 1, etag: 'x' }] }],
    ['parts', 'GET', '/parts', undefined],
    ['a grant of parts', 'POST', '/grant', { partNumbers: [1] }],
  ])('knows no %s', async (_what, method, path, body) => {
    const { upload } = await client.createPut();
    const response = await client.ask(method, `/v1/uploads/${upload.id}${path}`, body);
    expect(response).toMatchObject({ status: 409, body: { code: 'not_in_parts' } });
  });

  it('is at most 5 GiB', async () => {
    const request = {
      fileName: 'film.mp4',
      contentType: 'video/mp4',
      size: 5 * 1024 ** 3 + 1,
      method: 'put',
    };
    expect(await client.ask('POST', '/v1/uploads', request)).toMatchObject({
      status: 422,
      body: { code: 'file_too_large_for_method' },
    });
  });
});

describe('A form', () => {
  it('becomes a ready video, and nothing stays staged', async () => {
    const { upload, grant } = await client.createPost();
    expect(upload).toMatchObject({ method: 'post', awaits: 'file' });
    const response = await post(grant);
    expect(response.status).toBe(201);
    expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect((await client.endOf(upload.id)).status).toBe('ready');
    expect(await stored('forms/')).toBe(0);
  });

  it('redirects to the page that the app names', async () => {
    const redirect = 'https://app.example.com/done';
    const { grant } = await client.createPost({ redirect });
    const response = await post(grant);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^https:\/\/app\.example\.com\/done\?bucket=/);
  });

  it.each([
    ['a page of another origin', 'post', 'https://evil.example.com/'],
    ['a page, with another method', 'put', 'https://app.example.com/'],
  ])('cannot lead to %s', async (_what, method, redirect) => {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: 1, method, redirect };
    expect(await client.ask('POST', '/v1/uploads', request)).toMatchObject({
      status: 422,
      body: { code: 'invalid_request', errors: [{ pointer: '/redirect' }] },
    });
  });
});

interface Named {
  readonly key: string;
  readonly uploadId: string;
}

const asked = { filename: 'film.mp4', type: 'video/mp4', metadata: { name: 'film.mp4' } };

describe.each([
  ['with a token in the header', async () => '/v1/companion', true],
  ['with a capability in the path', async () => client.companionPath(), false],
])('Companion’s protocol %s', (_how, baseOf, signed) => {
  const ask = async <Body>(method: string, path: string, body?: unknown) =>
    client.ask<Body>(method, `${await baseOf()}${path}`, body, signed);

  it('accepts parts as Uppy splits them, and the video becomes ready', async () => {
    const bytes = Buffer.concat([film, free(6 * 1024 * 1024)]);
    const metadata = { ...asked.metadata, type: 'video/mp4', size: bytes.length, album: 'summer' };
    const created = await ask<Named>('POST', '/s3/multipart', { ...asked, metadata });
    expect(created.status).toBe(200);
    const { key, uploadId } = created.body;
    const at = `/s3/multipart/${uploadId}`;
    const query = `?key=${encodeURIComponent(key)}`;
    const parts: { PartNumber: number; ETag: string }[] = [];
    for (const PartNumber of [1, 2]) {
      const { body } = await ask<{ url: string }>('GET', `${at}/${PartNumber}${query}`);
      const start = (PartNumber - 1) * 5 * 1024 * 1024;
      const slice = bytes.subarray(start, start + 5 * 1024 * 1024);
      const sent = await fetch(body.url, { method: 'PUT', body: new Uint8Array(slice) });
      parts.push({ PartNumber, ETag: sent.headers.get('etag') ?? '' });
    }
    const batch = await ask<object>('GET', `${at}/batch${query}&partNumbers=1,2`);
    expect(batch.body).toEqual({ presignedUrls: { 1: expect.any(String), 2: expect.any(String) } });
    expect((await ask('GET', at + query)).body).toMatchObject([
      { PartNumber: 1, Size: 5 * 1024 * 1024 },
      { PartNumber: 2, Size: bytes.length - 5 * 1024 * 1024 },
    ]);
    expect(await ask('POST', `${at}/complete${query}`, { parts })).toMatchObject({
      status: 200,
      body: { location: `/v1/uploads/${uploadId}`, key },
    });
    const ended = await client.endOf(uploadId);
    expect(ended).toMatchObject({ status: 'ready', metadata: { album: 'summer' } });
  });

  it('accepts a small file by a form, without a call to complete', async () => {
    const query = new URLSearchParams({
      filename: 'film.mp4',
      type: 'video/mp4',
      'metadata[size]': String(film.length),
      'metadata[album]': 'summer',
    });
    const { status, body } = await ask<{ url: string; fields: Record<string, string> }>(
      'GET',
      `/s3/params?${query}`,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ method: 'POST', expires: expect.any(Number) });
    expect(await post({ ...body, fileField: 'file' })).toMatchObject({ status: 201 });
    const id = body.fields.key?.split('/')[2] ?? '';
    expect(await client.endOf(id)).toMatchObject({
      status: 'ready',
      metadata: { album: 'summer' },
    });
  });

  it('says how to configure Uppy when the size is missing', async () => {
    const response = await ask<{ message: string }>('POST', '/s3/multipart', asked);
    expect(response.status).toBe(422);
    expect(response.body.message).toMatch(/setFileMeta\(file\.id, \{ size: file\.size \}\)/);
  });

  it('cancels a waiting upload with its parts and quota; a complete upload stays', async () => {
    const metadata = { size: film.length };
    const { body } = await ask<Named>('POST', '/s3/multipart', { ...asked, metadata });
    const at = `/s3/multipart/${body.uploadId}`;
    const query = `?key=${encodeURIComponent(body.key)}`;
    expect(await ask('DELETE', at + query)).toMatchObject({ status: 200, body: {} });
    expect(await ask('DELETE', at + query)).toMatchObject({ status: 200, body: {} });
    expect((await client.get(body.uploadId)).status).toBe('cancelled');

    const other = await ask<Named>('POST', '/s3/multipart', { ...asked, metadata });
    const which = `/s3/multipart/${other.body.uploadId}`;
    const named = `?key=${encodeURIComponent(other.body.key)}`;
    const { body: part } = await ask<{ url: string }>('GET', `${which}/1${named}`);
    const sent = await fetch(part.url, { method: 'PUT', body: new Uint8Array(film) });
    const parts = [{ PartNumber: 1, ETag: sent.headers.get('etag') }];
    expect((await ask('POST', `${which}/complete${named}`, { parts })).status).toBe(200);
    expect(await ask('DELETE', which + named)).toMatchObject({
      status: 409,
      body: { code: 'status_conflict' },
    });
    expect((await client.endOf(other.body.uploadId)).status).toBe('ready');
  });
});

it('An upload in parts says what the client must do next', async () => {
  const { body } = await client.ask<{ upload: Upload }>('POST', '/v1/uploads', {
    fileName: 'film.mp4',
    contentType: 'video/mp4',
    size: film.length,
  });
  expect(await client.get(body.upload.id)).toMatchObject({ method: 'multipart', awaits: 'parts' });
});

/** A box that players skip; it makes a small video a large file. */
function free(size: number): Buffer {
  const box = Buffer.alloc(size);
  box.writeUInt32BE(size, 0);
  box.write('free', 4, 'latin1');
  return box;
}
