import { crcToBase64 } from '../src/crc64/base64.ts';
import { combineCrcs } from '../src/crc64/combine.ts';
import type { PartSource } from '../src/part-source.ts';
import type { Progress } from '../src/progress.ts';
import type { ResumeRecord, ResumeStore } from '../src/resume-record.ts';
import { alwaysOnline } from '../src/retry.ts';
import { createUploadClient } from '../src/upload-client.ts';
import { UploadError } from '../src/upload-error.ts';
import type { Transfer, UploadOptions } from '../src/upload-options.ts';
import {
  type FakeApi,
  type FakeResponse,
  fakeApi,
  grantBody,
  problemBody,
  uploadBody,
} from './api-server.ts';

const PART = 10;

let api: FakeApi;
let records: Map<string, ResumeRecord>;
let locks: Set<string>;
/** Responses by call, such as `POST /v1/uploads`; a function is called for each request. */
let routes: Record<string, FakeResponse | (() => FakeResponse | Promise<FakeResponse>)>;

const UPLOAD = '/v1/uploads/upload-1';
const calls = () => api.requests.map(({ method, url }) => `${method} ${url}`);

beforeEach(async () => {
  records = new Map();
  locks = new Set();
  routes = {
    'POST /v1/uploads': { status: 201, body: { upload: uploadBody(), grant: grantBody() } },
    [`GET ${UPLOAD}`]: { body: { upload: uploadBody() } },
    [`GET ${UPLOAD}/parts`]: { body: { parts: [] } },
    [`POST ${UPLOAD}/grant`]: { body: { grant: grantBody() } },
    [`POST ${UPLOAD}/complete`]: { body: { upload: uploadBody({ status: 'uploaded' }) } },
    [`DELETE ${UPLOAD}`]: { body: { upload: uploadBody({ status: 'cancelled' }) } },
  };
  api = await fakeApi(({ method, url }) => {
    const route = routes[`${method} ${url}`] ?? { status: 404, body: { message: 'Not Found' } };
    return typeof route === 'function' ? route() : route;
  });
});
afterEach(() => api.close());

const store: ResumeStore = {
  list: async () => [...records.values()],
  put: async (record) => void records.set(record.id, record),
  addPart: async (id, part) => {
    const record = records.get(id);
    if (record) records.set(id, { ...record, parts: [...record.parts, part] });
  },
  remove: async (id) => void records.delete(id),
  claim: async (id) => {
    if (locks.has(id)) return undefined;
    locks.add(id);
    return () => void locks.delete(id);
  },
};

interface FakeSource extends PartSource {
  readonly sent: number[];
  readonly urls: string[];
  closed: number;
}

/** A file in memory, of two parts. All that is sent of it is stored. */
function sourceOf(name: string, more: Partial<PartSource> = {}): FakeSource {
  const sent: number[] = [];
  const urls: string[] = [];
  return {
    name,
    type: 'text/vnd.trolltech.linguist',
    size: 2 * PART,
    lastModified: 1,
    seekable: true,
    reopenable: true,
    location: { path: `/films/${name}` },
    sent,
    urls,
    closed: 0,
    read: async (_, size) => new Uint8Array(size),
    checksum: async (offset) => BigInt(offset + 7),
    async send({ partNumber }, url) {
      sent.push(partNumber);
      urls.push(url);
      return {
        status: 200,
        etag: `"${partNumber}"`,
        body: '',
        crc: async () => BigInt(partNumber),
      };
    },
    release: () => {},
    assertUnchanged: async () => {},
    async close() {
      this.closed++;
    },
    ...more,
  };
}

const platform = {
  store: () => store as ResumeStore | undefined,
  connectivity: alwaysOnline,
  concurrency: { initial: 2, max: 2 },
};
const client = createUploadClient<PartSource, PartSource>(
  platform,
  async (source) => source,
  () => undefined,
);

const options = (more: Partial<UploadOptions> = {}): UploadOptions => ({
  api: `${api.url}/`,
  getToken: () => 'token',
  random: () => 0,
  ...more,
});

const codeOf = (transfer: Transfer) =>
  transfer.done.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

/** Uploads a file whose creation gets no response, so that its record stays. */
async function leaveRecord(more: Partial<UploadOptions> = {}, name = 'film.mp4') {
  const route = routes['POST /v1/uploads'];
  routes['POST /v1/uploads'] = { cut: true };
  await codeOf(client.upload(sourceOf(name), options({ attempts: 1, ...more })));
  if (route) routes['POST /v1/uploads'] = route;
}

const listed = (...partNumbers: number[]) =>
  partNumbers.map((partNumber) => ({ partNumber, size: PART, etag: `"${partNumber}"` }));

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

describe('Stopping an upload', () => {
  it('before its creation sends nothing and leaves no record', async () => {
    const cancelled = client.upload(sourceOf('film.mp4'), options());
    await cancelled.cancel();
    expect(await codeOf(cancelled)).toBe('cancelled');
    expect(cancelled.progress.state).toBe('cancelled');
    const stopped = client.upload(sourceOf('film.mp4'), options({ signal: AbortSignal.abort() }));
    expect(await codeOf(stopped)).toBe('aborted');
    expect(stopped.progress.state).toBe('stopped');
    expect([calls(), records.size]).toEqual([[], 0]);
  });

  it('while it sends keeps the parts that are stored and unlocks the record', async () => {
    const controller = new AbortController();
    const file = sourceOf('film.mp4', {
      send: ({ partNumber }, _, { signal }) =>
        partNumber === 1
          ? Promise.resolve({ status: 200, etag: '"1"', body: '', crc: async () => 1n })
          : new Promise((__, reject) => {
              signal.addEventListener('abort', () => reject(new Error('aborted')));
            }),
    });
    const stopping = {
      ...store,
      addPart: async (id: string, part: Parameters<ResumeStore['addPart']>[1]) => {
        await store.addPart(id, part);
        controller.abort(new Error('Enough.'));
      },
    };
    const transfer = client.upload(file, options({ store: stopping, signal: controller.signal }));
    await expect(transfer.done).rejects.toMatchObject({
      code: 'aborted',
      cause: expect.objectContaining({ message: 'Enough.' }),
    });
    const [record] = records.values();
    expect(record?.parts).toHaveLength(1);
    expect([locks.size, file.closed]).toEqual([0, 1]);
  });

  it('by `cancel` while it sends cancels it at the API and removes its record', async () => {
    const sending = Promise.withResolvers<void>();
    const file = sourceOf('film.mp4', {
      send: (_, __, { signal }) => {
        sending.resolve();
        return new Promise((___, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        });
      },
    });
    const transfer = client.upload(file, options());
    await sending.promise;
    await transfer.cancel();
    expect(await codeOf(transfer)).toBe('cancelled');
    expect(calls()).toEqual(['POST /v1/uploads', `DELETE ${UPLOAD}`]);
    expect(records.size).toBe(0);
  });

  it('by `cancel` while it is created waits for the response, to cancel what was created', async () => {
    const arrived = Promise.withResolvers<void>();
    const respond = Promise.withResolvers<void>();
    routes['POST /v1/uploads'] = async () => {
      arrived.resolve();
      await respond.promise;
      return { body: { upload: uploadBody(), grant: grantBody() } };
    };
    const file = sourceOf('film.mp4');
    const transfer = client.upload(file, options());
    await arrived.promise;
    const cancelled = transfer.cancel();
    respond.resolve();
    await cancelled;
    expect(calls()).toEqual(['POST /v1/uploads', `DELETE ${UPLOAD}`]);
    expect([file.sent, records.size]).toEqual([[], 0]);
  });

  it('by `cancel` after it is done deletes the video', async () => {
    const transfer = client.upload(sourceOf('film.mp4'), options());
    await transfer.done;
    await transfer.cancel();
    expect(calls().at(-1)).toBe(`DELETE ${UPLOAD}`);
  });

  it('by `cancel` rejects and keeps the record if the response to the creation was lost', async () => {
    const arrived = Promise.withResolvers<void>();
    routes['POST /v1/uploads'] = () => {
      arrived.resolve();
      return { cut: true };
    };
    const transfer = client.upload(sourceOf('film.mp4'), options({ attempts: 2 }));
    await arrived.promise;
    await expect(transfer.cancel()).rejects.toMatchObject({ code: 'network' });
    expect(records.size).toBe(1);
  });
});

describe('Resuming an upload', () => {
  it('needs the same name, type and metadata, if they are given', async () => {
    await leaveRecord({ metadata: { a: '1', b: '2' } });
    const keys = () => [...records.keys()];
    const [first] = keys();
    await leaveRecord({ metadata: { b: '2', a: '1' } });
    await leaveRecord();
    expect(keys()).toEqual([first]);
    await leaveRecord({ metadata: { a: '1', b: '3' } });
    await leaveRecord({ fileName: 'other.mp4' });
    await leaveRecord({ contentType: 'video/other' });
    expect(keys()).toHaveLength(4);
    await leaveRecord({ resume: false });
    expect(keys()).toHaveLength(5);
  });

  it('repeats a creation whose response was lost, with the same key', async () => {
    await leaveRecord();
    const [record] = records.keys();
    await client.upload(sourceOf('film.mp4'), options()).done;
    expect(api.requests.at(-2)).toMatchObject({ url: '/v1/uploads', idempotencyKey: record });
  });

  it('sends only the parts that S3 does not have, and reads the checksum of an unrecorded part', async () => {
    await client.upload(sourceOf('film.mp4'), options()).done;
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    const [record] = records.values();
    if (!record) throw new Error('There is no record.');
    records.set(record.id, { ...record, parts: [] });
    routes[`GET ${UPLOAD}/parts`] = { body: { parts: listed(1) } };
    routes[`POST ${UPLOAD}/complete`] = { body: { upload: uploadBody({ status: 'uploaded' }) } };
    const file = sourceOf('film.mp4');
    const transfer = client.upload(file, options());
    await transfer.done;
    expect(transfer.uploadId).toBe('upload-1');
    expect(file.sent).toEqual([2]);
    expect(JSON.parse(api.requests.at(-1)?.body ?? '').checksum).toBe(
      crcToBase64(
        combineCrcs([
          { crc: 7n, size: PART },
          { crc: 2n, size: PART },
        ]),
      ),
    );
    expect(calls().slice(-4)).toEqual([
      `GET ${UPLOAD}`,
      `GET ${UPLOAD}/parts`,
      `POST ${UPLOAD}/grant`,
      `POST ${UPLOAD}/complete`,
    ]);
  });

  it('finds out that the upload is complete already', async () => {
    routes[`POST ${UPLOAD}/complete`] = { cut: true };
    await codeOf(client.upload(sourceOf('film.mp4'), options({ attempts: 1, patienceMs: 0 })));
    routes[`GET ${UPLOAD}`] = { body: { upload: uploadBody({ status: 'validating' }) } };
    const file = sourceOf('film.mp4');
    const granted: unknown[] = [];
    const { status } = await client.upload(
      file,
      options({ onGranted: (upload) => granted.push(upload) }),
    ).done;
    expect([status, file.sent, granted, records.size]).toEqual(['validating', [], [], 0]);
  });

  it.each([
    ['cancelled', { body: { upload: uploadBody({ status: 'cancelled' }) } }, 0],
    ['expired', { body: { upload: uploadBody({ status: 'expired' }) } }, 0],
    ['another account’s', { status: 404, body: problemBody('upload_not_found', 404) }, 1],
  ])('starts from the beginning if the unfinished upload is %s', async (_, response, left) => {
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    routes[`GET ${UPLOAD}`] = response;
    routes[`POST ${UPLOAD}/complete`] = { body: { upload: uploadBody({ status: 'uploaded' }) } };
    const file = sourceOf('film.mp4');
    await client.upload(file, options()).done;
    expect(file.sent).toEqual([1, 2]);
    expect([records.size, locks.size]).toEqual([left, 0]);
  });

  it.each(['idempotency_key_reused', 'status_conflict'])(
    'starts from the beginning after `%s` for the repeated creation',
    async (code) => {
      await leaveRecord();
      let creations = 0;
      routes['POST /v1/uploads'] = () =>
        ++creations === 1
          ? { status: 409, body: problemBody(code, 409) }
          : { body: { upload: uploadBody(), grant: grantBody() } };
      await client.upload(sourceOf('film.mp4'), options()).done;
      expect(creations).toBe(2);
    },
  );

  it('fails with any other refusal', async () => {
    await leaveRecord();
    routes['POST /v1/uploads'] = { status: 403, body: { message: 'Forbidden' } };
    expect(await codeOf(client.upload(sourceOf('film.mp4'), options()))).toBe('forbidden');
  });

  it('gives up after a minute if the API never responds', async () => {
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    routes[`GET ${UPLOAD}`] = { cut: true };
    let now = 0;
    let cuts = 0;
    const clock = {
      // Every look at the clock takes ten seconds.
      now: () => {
        now += 10_000;
        return now;
      },
      after: (ms: number, callback: () => void) => {
        if (ms < 500) {
          cuts++;
          queueMicrotask(callback);
        }
        return () => undefined;
      },
    };
    expect(await codeOf(client.upload(sourceOf('film.mp4'), options({ clock, attempts: 2 })))).toBe(
      'network',
    );
    expect(cuts).toBeGreaterThan(1);
    expect(cuts).toBeLessThan(12);
  });
});

describe('resumeUpload', () => {
  async function unfinished(): Promise<ResumeRecord> {
    const complete = routes[`POST ${UPLOAD}/complete`];
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    if (complete) routes[`POST ${UPLOAD}/complete`] = complete;
    const [record] = records.values();
    if (!record) throw new Error('There is no record.');
    return record;
  }
  const resumeOptions = () => {
    const { api: _, ...rest } = options();
    return rest;
  };

  it('resumes the upload of the record at the record’s API', async () => {
    const record = await unfinished();
    routes[`GET ${UPLOAD}/parts`] = { body: { parts: listed(1, 2) } };
    const file = sourceOf('moved.mp4');
    const granted: string[] = [];
    const onGranted = ({ id }: { id: string }) => granted.push(id);
    const transfer = client.resumeUpload(record, { ...resumeOptions(), file, onGranted });
    expect((await transfer.done).status).toBe('uploaded');
    expect([file.sent, granted, records.size]).toEqual([[], ['upload-1'], 0]);
    expect(transfer.progress.sentBytes).toBe(2 * PART);
  });

  it('fails with `busy` if another transfer has the record', async () => {
    const record = await unfinished();
    await store.claim(record.id);
    const file = sourceOf('film.mp4');
    const before = calls().length;
    expect(await codeOf(client.resumeUpload(record, { ...resumeOptions(), file }))).toBe('busy');
    expect([calls().length, file.sent, records.size]).toEqual([before, [], 1]);
  });

  it('fails with `file_changed` for another file, and keeps the record', async () => {
    const record = await unfinished();
    const file = sourceOf('film.mp4', { lastModified: 2 });
    expect(await codeOf(client.resumeUpload(record, { ...resumeOptions(), file }))).toBe(
      'file_changed',
    );
    expect(records.size).toBe(1);
  });

  it('fails with `not_resumable` without a file, for a stream, and for an upload that has ended', async () => {
    const record = await unfinished();
    const code = (file?: PartSource) =>
      codeOf(client.resumeUpload(record, { ...resumeOptions(), ...(file && { file }) }));
    expect(await code()).toBe('not_resumable');
    expect(await code(sourceOf('film.mp4', { seekable: false }))).toBe('not_resumable');
    routes[`GET ${UPLOAD}`] = { body: { upload: uploadBody({ status: 'expired' }) } };
    expect(await code(sourceOf('film.mp4'))).toBe('not_resumable');
  });

  it('opens the file of the record itself, if the platform can', async () => {
    const record = await unfinished();
    const file = sourceOf('film.mp4');
    const reopening = createUploadClient<PartSource, PartSource>(
      platform,
      async (source) => source,
      ({ path }) => (path === '/films/film.mp4' ? Promise.resolve(file) : undefined),
    );
    await reopening.resumeUpload(record, resumeOptions()).done;
    expect(file.sent).toEqual([1, 2]);
  });

  it('sends every part again after a checksum mismatch, also with an older record', async () => {
    let mismatches = 0;
    routes[`POST ${UPLOAD}/complete`] = () =>
      mismatches++ > 0
        ? { body: { upload: uploadBody({ status: 'uploaded' }) } }
        : { status: 422, body: problemBody('checksum_mismatch', 422) };
    routes[`GET ${UPLOAD}/parts`] = { body: { parts: listed(1, 2) } };
    const file = sourceOf('film.mp4');
    await expect(client.upload(file, options()).done).rejects.toMatchObject({
      code: 'checksum_mismatch',
      status: 422,
      retryable: true,
      problem: expect.objectContaining({ code: 'checksum_mismatch' }),
      message: 'The checksums differ. The next attempt sends all parts again.',
    });
    const [record] = records.values();
    if (!record) throw new Error('There is no record.');
    expect(record).toMatchObject({ resendAll: true, parts: [] });
    const { resendAll: _, ...older } = record;
    await client.resumeUpload(older, { ...resumeOptions(), file }).done;
    expect(file.sent).toEqual([1, 2, 1, 2]);
    expect(records.size).toBe(0);
  });
});

describe('Parts that have disappeared from S3', () => {
  it.each(['parts_missing', 'part_size_wrong', 'part_etag_mismatch'])(
    'are sent again after `%s`',
    async (code) => {
      let completions = 0;
      routes[`POST ${UPLOAD}/complete`] = () =>
        ++completions === 1
          ? { status: 409, body: problemBody(code, 409, { parts: [2, 99], retryable: true }) }
          : { body: { upload: uploadBody({ status: 'uploaded' }) } };
      const file = sourceOf('film.mp4');
      await client.upload(file, options()).done;
      expect(file.sent).toEqual([1, 2, 2]);
    },
  );

  it('end the upload after three rounds', async () => {
    const problem = problemBody('parts_missing', 409, { parts: [2] });
    routes[`POST ${UPLOAD}/complete`] = { status: 409, body: problem };
    const file = sourceOf('film.mp4');
    expect(await codeOf(client.upload(file, options()))).toBe('parts_missing');
    expect(file.sent).toEqual([1, 2, 2, 2]);
  });

  it.each([
    ['a stream cannot send them again', { seekable: false, reopenable: false }, [2]],
    ['the API names none of ours', {}, [99]],
    ['the API names none', {}, undefined],
  ])('end the upload at once if %s', async (_, more, parts) => {
    const problem = problemBody('parts_missing', 409, { parts });
    routes[`POST ${UPLOAD}/complete`] = { status: 409, body: problem };
    const file = sourceOf('film.mp4', more);
    expect(await codeOf(client.upload(file, options()))).toBe('parts_missing');
    expect(file.sent).toEqual([1, 2]);
  });
});

describe('Unfinished uploads', () => {
  it('are listed for their API, with or without a slash at its end', async () => {
    await leaveRecord();
    expect(await client.resumable({ api: `${api.url}/` })).toHaveLength(1);
    expect(await client.resumable({ api: api.url })).toHaveLength(1);
    expect(await client.resumable()).toHaveLength(1);
    expect(await client.resumable({ api: 'https://other' })).toEqual([]);
  });

  it('are not listed after they have expired, and removed a week later', async () => {
    const upload = uploadBody({ deadline: '2026-01-02T00:00:00Z' });
    routes['POST /v1/uploads'] = { body: { upload, grant: grantBody() } };
    routes[`POST ${UPLOAD}/complete`] = { status: 404, body: { message: 'gone' } };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    const at = (day: string) => client.resumable({ now: Date.parse(`2026-01-${day}T00:00:00Z`) });
    expect(await at('02')).toHaveLength(1);
    expect(await at('03')).toEqual([]);
    expect(await at('09')).toEqual([]);
    expect(records.size).toBe(1);
    await at('10');
    expect(records.size).toBe(0);
  });

  it('are none if nothing can be stored', async () => {
    const failing = { ...store, list: () => Promise.reject(new Error('Private window.')) };
    expect(await client.resumable({ store: failing })).toEqual([]);
    const nowhere = createUploadClient<PartSource, PartSource>(
      { ...platform, store: () => undefined },
      async (source) => source,
      () => undefined,
    );
    expect(await nowhere.resumable()).toEqual([]);
  });

  it('can be forgotten', async () => {
    await leaveRecord();
    const [record] = records.values();
    if (!record) throw new Error('There is no record.');
    await client.forget(record);
    expect(records.size).toBe(0);
    records.set(record.id, record);
    await client.forget(record, { store });
    expect(records.size).toBe(0);
  });
});
