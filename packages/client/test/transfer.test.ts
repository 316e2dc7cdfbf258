import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientOn } from '../src/entry.ts';
import type { PartSource } from '../src/part-source.ts';
import type { ResumeRecord, ResumeStore } from '../src/resume-record.ts';
import { alwaysOnline } from '../src/retry.ts';
import type { Transfer } from '../src/upload-options.ts';

const PART = 10;

let server: Server;
let calls: string[];
let answer: (call: string) => { status?: number; body: object } | 'cut';
let records: Map<string, ResumeRecord>;

const upload = (status: string) => ({
  id: 'one',
  status,
  size: 2 * PART,
  parts: { size: PART, count: 2 },
  updatedAt: '',
});
const grant = (numbers: number[]) => ({
  method: 'PUT',
  urlTemplate: 'https://s3/?X-Amz-Expires=3600&s={signature}&n={partNumber}',
  partNumbers: numbers,
  signatures: numbers.map(String),
  expiresAt: '2099-01-01T00:00:00Z',
});

beforeEach(async () => {
  calls = [];
  records = new Map();
  answer = (call) => {
    if (call === 'POST /v1/uploads')
      return { body: { upload: upload('waiting'), grant: grant([1, 2]) } };
    if (call.endsWith('/grant')) return { body: { grant: grant([1, 2]) } };
    if (call.endsWith('/parts')) return { body: { parts: [], receivedBytes: 0, missing: [1, 2] } };
    if (call.endsWith('/complete')) return { body: { upload: upload('uploaded') } };
    return { body: { upload: upload('waiting') } };
  };
  server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`;
    calls.push(call);
    const given = answer(call);
    if (given === 'cut') {
      response.destroy();
      return;
    }
    request
      .resume()
      .on('end', () => response.writeHead(given.status ?? 200).end(JSON.stringify(given.body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const store: ResumeStore = {
  list: async () => [...records.values()],
  put: async (record) => void records.set(record.id, record),
  addPart: async (id, part) => {
    const record = records.get(id);
    if (record) records.set(id, { ...record, parts: [...record.parts, part] });
  },
  remove: async (id) => void records.delete(id),
  claim: async () => () => {},
};

/** A file in memory; what is sent of it arrives. */
function sourceOf(name: string): PartSource & { sent: number[] } {
  const sent: number[] = [];
  return {
    name,
    type: 'text/vnd.trolltech.linguist',
    size: 2 * PART,
    lastModified: 1,
    seekable: true,
    lasting: true,
    found: {},
    sent,
    read: async (_, size) => new Uint8Array(size),
    checksum: async () => 0n,
    async send({ partNumber }) {
      sent.push(partNumber);
      return { status: 200, etag: `"${partNumber}"`, body: '', crc: async () => 1n };
    },
    release: () => {},
    assertUnchanged: async () => {},
    close: async () => {},
  };
}

const client = clientOn<PartSource, PartSource>(
  { store: () => store, connectivity: alwaysOnline, concurrency: { start: 2, most: 2 } },
  async (source) => source,
  () => undefined,
);

const options = (more: object = {}) => ({
  api: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  getToken: () => 'token',
  random: () => 0,
  ...more,
});

const codeOf = (transfer: Transfer) =>
  transfer.done.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('A transfer', () => {
  it('that is cancelled or stopped before its creation asks the API for nothing and leaves no record', async () => {
    const cancelled = client.upload(sourceOf('film.mp4'), options());
    await cancelled.cancel();
    expect(await codeOf(cancelled)).toBe('cancelled');
    const stopped = client.upload(sourceOf('film.mp4'), options({ signal: AbortSignal.abort() }));
    expect(await codeOf(stopped)).toBe('aborted');
    expect([calls, records.size]).toEqual([[], 0]);
  });

  it('whose creation was answered to nobody keeps its record when it is cancelled, and says so', async () => {
    answer = () => 'cut';
    const transfer = client.upload(sourceOf('film.mp4'), options({ attempts: 2 }));
    while (calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await expect(transfer.cancel()).rejects.toMatchObject({ code: 'network' });
    expect(records.size).toBe(1);
  });

  it('goes on only with what was begun with the same name, type and notes, where they are given', async () => {
    const begin = (more: object) =>
      codeOf(client.upload(sourceOf('film.mp4'), options({ attempts: 1, ...more })));
    answer = () => 'cut';
    await begin({ metadata: { a: '1', b: '2' } });
    const keys = () => [...records.keys()];
    const [first] = keys();
    await begin({ metadata: { b: '2', a: '1' } });
    await begin({});
    expect(keys()).toEqual([first]);
    await begin({ metadata: { a: '1', b: '3' } });
    await begin({ fileName: 'other.mp4' });
    expect(keys()).toHaveLength(3);
  });

  it('takes the type from a video’s suffix before the system’s', async () => {
    answer = () => 'cut';
    for (const name of ['film.ts', 'film.unknown']) {
      await codeOf(client.upload(sourceOf(name), options({ attempts: 1, resume: false })));
    }
    expect([...records.values()].map(({ contentType }) => contentType)).toEqual([
      'video/mp2t',
      'text/vnd.trolltech.linguist',
    ]);
  });

  it('tried again with an old record after a checksum has differed sends every part anew', async () => {
    const usual = answer;
    const received = [1, 2].map((partNumber) => ({
      partNumber,
      size: PART,
      etag: `"${partNumber}"`,
    }));
    let mismatches = 0;
    answer = (call) => {
      if (call.endsWith('/parts'))
        return { body: { parts: received, receivedBytes: 20, missing: [] } };
      if (!call.endsWith('/complete') || mismatches++ > 0) return usual(call);
      const problem = { type: 't', title: 't', status: 422, next: 'n', retryable: false };
      return { status: 422, body: { ...problem, code: 'checksum_mismatch' } };
    };
    const file = sourceOf('film.mp4');
    expect(await codeOf(client.upload(file, options()))).toBe('checksum_mismatch');
    const [kept] = records.values();
    if (!kept) throw new Error('The record is gone.');
    const { distrusted: _, ...old } = kept;
    expect(await codeOf(client.resumeUpload(old, { ...options(), file }))).toBe('done');
    expect(file.sent).toEqual([1, 2, 1, 2]);
    expect(records.size).toBe(0);
  });

  it('is found by its API with a slash at the end or without', async () => {
    answer = () => 'cut';
    await codeOf(client.upload(sourceOf('film.mp4'), options({ attempts: 1 })));
    const { api } = options();
    expect(await client.resumable({ api })).toHaveLength(1);
    expect(await client.resumable({ api: api.slice(0, -1) })).toHaveLength(1);
    expect(await client.resumable({ api: 'https://other' })).toEqual([]);
  });

  it('that has expired is not listed, and forgotten a week later', async () => {
    answer = (call) =>
      call.endsWith('/complete')
        ? { status: 404, body: {} }
        : {
            body: {
              upload: { ...upload('waiting'), deadline: '2026-01-02T00:00:00Z' },
              grant: grant([1, 2]),
            },
          };
    await codeOf(client.upload(sourceOf('film.mp4'), options()));
    const at = (day: string) => client.resumable({ now: Date.parse(`2026-01-${day}T00:00:00Z`) });
    expect(await at('01')).toHaveLength(1);
    expect(await at('03')).toEqual([]);
    expect(records.size).toBe(1);
    await at('20');
    expect(records.size).toBe(0);
  });
});
