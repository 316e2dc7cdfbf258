import type { PartSource } from '../src/part-source.ts';
import type { ResumeRecord, ResumeStore } from '../src/resume-record.ts';
import { alwaysOnline } from '../src/retry.ts';
import { createUploadClient } from '../src/upload-client.ts';
import type { Transfer, UploadOptions } from '../src/upload-options.ts';
import { type FakeApi, type FakeResponse, fakeApi, grantBody, uploadBody } from './api-server.ts';

export const PART = 10;

export let api: FakeApi;
export let records: Map<string, ResumeRecord>;
export let locks: Set<string>;
/** Responses by call, such as `POST /v1/uploads`; a function is called for each request. */
export let routes: Record<string, FakeResponse | (() => FakeResponse | Promise<FakeResponse>)>;

export const UPLOAD = '/v1/uploads/upload-1';
export const calls = () => api.requests.map(({ method, url }) => `${method} ${url}`);

/** Starts an API without records and with the usual responses before each test, and stops it afterwards. */
export function useFakeApi(): void {
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
}

export const store: ResumeStore = {
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
export function sourceOf(name: string, more: Partial<PartSource> = {}): FakeSource {
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

export const platform = {
  store: () => store as ResumeStore | undefined,
  connectivity: alwaysOnline,
  concurrency: { initial: 2, max: 2 },
};
export const client = createUploadClient<PartSource, PartSource>(
  platform,
  async (source) => source,
  () => undefined,
);

export const options = (more: Partial<UploadOptions> = {}): UploadOptions => ({
  api: `${api.url}/`,
  getToken: () => 'token',
  random: () => 0,
  ...more,
});

export const codeOf = (transfer: Transfer) =>
  transfer.done.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

/** Uploads a file whose creation gets no response, so that its record stays. */
export async function leaveRecord(more: Partial<UploadOptions> = {}, name = 'film.mp4') {
  const route = routes['POST /v1/uploads'];
  routes['POST /v1/uploads'] = { cut: true };
  await codeOf(client.upload(sourceOf(name), options({ attempts: 1, ...more })));
  if (route) routes['POST /v1/uploads'] = route;
}

export const listed = (...partNumbers: number[]) =>
  partNumbers.map((partNumber) => ({ partNumber, size: PART, etag: `"${partNumber}"` }));
