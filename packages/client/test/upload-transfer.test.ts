import { crcToBase64 } from '../src/crc64/base64.ts';
import { combineCrcs } from '../src/crc64/combine.ts';
import type { Progress } from '../src/progress.ts';
import type { ResumeRecord } from '../src/resume-record.ts';
import { createUploadClient } from '../src/upload-client.ts';
import { UploadError } from '../src/upload-error.ts';
import { grantBody, problemBody, uploadBody } from './api-server.ts';
import {
  api,
  calls,
  client,
  codeOf,
  locks,
  options,
  PART,
  platform,
  records,
  routes,
  sourceOf,
  store,
  UPLOAD,
  useFakeApi,
} from './upload-fixture.ts';

useFakeApi();

describe('An upload', () => {
  it('is created, sent in parts, and completed with the checksum of the whole file', async () => {
    const file = sourceOf('film.mp4');
    const granted: string[] = [];
    const transfer = client.upload(
      file,
      options({ metadata: { a: '1' }, onGranted: ({ id }) => granted.push(id) }),
    );
    expect(transfer.uploadId).toBeUndefined();
    expect((await transfer.done).status).toBe('uploaded');
    expect(transfer.uploadId).toBe('upload-1');
    expect(granted).toEqual(['upload-1']);
    expect(calls()).toEqual(['POST /v1/uploads', `POST ${UPLOAD}/complete`]);
    const [create, complete] = api.requests.map(({ body }) => JSON.parse(body));
    expect(create).toEqual({
      fileName: 'film.mp4',
      contentType: 'video/mp4',
      size: 2 * PART,
      metadata: { a: '1' },
    });
    expect(complete).toEqual({
      parts: [
        { partNumber: 1, etag: '"1"' },
        { partNumber: 2, etag: '"2"' },
      ],
      checksum: crcToBase64(
        combineCrcs([
          { crc: 1n, size: PART },
          { crc: 2n, size: PART },
        ]),
      ),
    });
    expect(file.urls.sort()).toEqual([
      'https://s3/?X-Amz-Expires=3600&s=1&n=1',
      'https://s3/?X-Amz-Expires=3600&s=2&n=2',
    ]);
    expect([records.size, locks.size, file.closed]).toEqual([0, 0, 1]);
  });

  it('reports its states in order, with all bytes at the end', async () => {
    const states: string[] = [];
    let last: Progress | undefined;
    const transfer = client.upload(
      sourceOf('film.mp4'),
      options({
        onProgress: (progress) => {
          if (progress.state !== states.at(-1)) states.push(progress.state);
          last = progress;
        },
      }),
    );
    expect(transfer.progress).toMatchObject({
      state: 'preparing',
      sentBytes: 0,
      totalBytes: 0,
      resumable: false,
    });
    await transfer.done;
    expect(states).toEqual(['uploading', 'completing', 'done']);
    expect(last).toEqual({
      state: 'done',
      sentBytes: 2 * PART,
      totalBytes: 2 * PART,
      bytesPerSecond: 0,
      secondsLeft: undefined,
      activeParts: 0,
      resumable: true,
      lastFailure: undefined,
    });
  });

  it('can be paused before and while it sends', async () => {
    const sending = Promise.withResolvers<void>();
    const file = sourceOf('film.mp4');
    const states: string[] = [];
    const transfer = client.upload(
      file,
      options({
        onProgress: ({ state }) => {
          states.push(state);
          if (state === 'paused') sending.resolve();
        },
      }),
    );
    transfer.pause();
    await sending.promise;
    expect([transfer.progress.state, file.sent]).toEqual(['paused', []]);
    transfer.resume();
    await transfer.done;
    expect(file.sent).toEqual([1, 2]);
  });

  it('stores the record and every part while it runs', async () => {
    const seen: ResumeRecord[] = [];
    routes[`POST ${UPLOAD}/complete`] = () => {
      seen.push(...records.values());
      return { body: { upload: uploadBody({ status: 'uploaded' }) } };
    };
    const upload = uploadBody({ deadline: '2026-01-02T00:00:00Z' });
    routes['POST /v1/uploads'] = { body: { upload, grant: grantBody() } };
    const clock = { now: () => Date.parse('2026-01-01T00:00:00Z'), after: () => () => undefined };
    await client.upload(sourceOf('film.mp4'), options({ clock })).done;
    const key = api.requests[0]?.idempotencyKey;
    expect(key).toMatch(/^\d+-\d+$/);
    expect(seen).toEqual([
      {
        version: 1,
        id: key,
        api: api.url,
        uploadId: 'upload-1',
        fileName: 'film.mp4',
        contentType: 'video/mp4',
        metadata: undefined,
        fingerprint: {
          name: 'film.mp4',
          size: 2 * PART,
          lastModified: 1,
          sample: expect.any(String),
        },
        partSize: PART,
        createdAt: '2026-01-01T00:00:00.000Z',
        deadline: '2026-01-02T00:00:00Z',
        parts: [
          { partNumber: 1, etag: '"1"', crc: crcToBase64(1n) },
          { partNumber: 2, etag: '"2"', crc: crcToBase64(2n) },
        ],
        path: '/films/film.mp4',
      },
    ]);
  });

  it.each([
    ['film.ts', 'video/mp2t'],
    ['film.unknown', 'text/vnd.trolltech.linguist'],
  ])('%s has the type of its suffix before that of the system: %s', async (name, type) => {
    await client.upload(sourceOf(name), options()).done;
    expect(JSON.parse(api.requests[0]?.body ?? '')).toMatchObject({ contentType: type });
  });

  it('has a type in any case, and the given name and type before others', async () => {
    await client.upload(sourceOf('film', { type: '' }), options()).done;
    await client.upload(sourceOf('film'), options({ fileName: 'a.mov', contentType: 'video/x' }))
      .done;
    await client.upload(sourceOf('film'), options({ fileName: 'a.mov' })).done;
    const bodies = api.requests
      .filter(({ url }) => url === '/v1/uploads')
      .map(({ body }) => JSON.parse(body));
    expect(bodies).toMatchObject([
      { fileName: 'film', contentType: 'application/octet-stream' },
      { fileName: 'a.mov', contentType: 'video/x' },
      { fileName: 'a.mov', contentType: 'video/quicktime' },
    ]);
  });

  it('of a file that cannot be opened again keeps no record, nor with `store: false`', async () => {
    let listedRecords = 0;
    const counting = {
      ...store,
      list: async () => {
        listedRecords++;
        return [];
      },
    };
    const states: boolean[] = [];
    const onProgress = ({ resumable }: Progress) => states.push(resumable);
    const stream = sourceOf('film.mp4', { reopenable: false });
    await client.upload(stream, options({ store: counting, onProgress })).done;
    await client.upload(sourceOf('film.mp4'), options({ store: false, onProgress })).done;
    expect(listedRecords).toBe(0);
    expect(states.every((resumable) => !resumable)).toBe(true);
  });

  it('sends as many parts at the same time as `concurrency` says', async () => {
    let active = 0;
    let maxActive = 0;
    const file = sourceOf('film.mp4', {
      async send({ partNumber }) {
        maxActive = Math.max(maxActive, ++active);
        await new Promise(setImmediate);
        active--;
        return { status: 200, etag: `"${partNumber}"`, body: '', crc: async () => 1n };
      },
    });
    await client.upload(file, options({ concurrency: 1, resume: false })).done;
    expect(maxActive).toBe(1);
    await client.upload(file, options({ resume: false })).done;
    expect(maxActive).toBe(2);
  });

  it('fails with the API’s refusal, without leaving a record', async () => {
    routes['POST /v1/uploads'] = { status: 422, body: problemBody('file_too_large', 422) };
    const file = sourceOf('film.mp4');
    const transfer = client.upload(file, options());
    expect(await codeOf(transfer)).toBe('file_too_large');
    expect(transfer.progress.state).toBe('failed');
    expect([records.size, locks.size, file.closed]).toEqual([0, 0, 1]);
  });

  it('fails if the file has changed before it is completed', async () => {
    const file = sourceOf('film.mp4', {
      assertUnchanged: async () => {
        throw new UploadError('file_changed');
      },
    });
    expect(await codeOf(client.upload(file, options()))).toBe('file_changed');
    expect(calls()).toEqual(['POST /v1/uploads']);
  });

  it('turns an error that is not an UploadError into `internal_error`', async () => {
    const failing = createUploadClient<string, string>(
      platform,
      () => Promise.reject(new RangeError('A bug.')),
      () => undefined,
    );
    await expect(failing.upload('x', options()).done).rejects.toMatchObject({
      code: 'internal_error',
      message: 'A bug.',
    });
  });
});
