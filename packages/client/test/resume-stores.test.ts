import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import fc from 'fast-check';
import { indexedDbStore } from '../src/browser/indexeddb-store.ts';
import { fileStore, stateFolder } from '../src/node/file-store.ts';
import type { ResumeRecord, ResumeStore, StoredPart } from '../src/resume-record.ts';

const record = (id: string, more: Partial<ResumeRecord> = {}): ResumeRecord => ({
  version: 1,
  id,
  api: 'https://api',
  uploadId: `upload-${id}`,
  fileName: 'Ämter & "Würden".mp4',
  contentType: 'video/mp4',
  fingerprint: { name: 'film.mp4', size: 10, lastModified: 5, sample: 'AAAAAAAAAAA=' },
  partSize: 5,
  createdAt: '2026-01-01T00:00:00.000Z',
  parts: [],
  ...more,
});
const part = (partNumber: number): StoredPart => ({
  partNumber,
  etag: `"${partNumber}"`,
  crc: 'A=',
});
const numbers = (found: ResumeRecord | undefined) =>
  found?.parts.map(({ partNumber }) => partNumber).sort((a, b) => a - b);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-store-'));
  Object.assign(globalThis, { indexedDB: new IDBFactory(), IDBKeyRange });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  Reflect.deleteProperty(globalThis, 'indexedDB');
  Reflect.deleteProperty(globalThis, 'IDBKeyRange');
});

describe.each<[string, () => ResumeStore]>([
  ['a folder', () => fileStore(join(folder, 'created', 'when', 'needed'))],
  ['IndexedDB', () => indexedDbStore()],
])('Unfinished uploads in %s', (_name, make) => {
  it('are listed as they were stored, with their parts, newest first, also by another store', async () => {
    const store = make();
    expect(await store.list()).toEqual([]);
    await store.put(record('a', { parts: [part(1)] }));
    await store.put(record('b', { createdAt: '2026-01-02T00:00:00.000Z' }));
    await store.addPart('a', part(3));
    await store.addPart('b', part(1));
    await store.addPart('a', part(2));
    const found = await make().list();
    expect(found.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(found.map(numbers)).toEqual([[1], [1, 2, 3]]);
    expect(found[1]).toMatchObject({ ...record('a'), parts: expect.anything() });
    expect(found[0]?.parts[0]).toMatchObject(part(1));
  });

  it('are replaced with their parts', async () => {
    const store = make();
    await store.put(record('a'));
    await store.addPart('a', part(1));
    await store.put(record('a', { path: '/other.mp4' }));
    expect((await store.list())[0]).toMatchObject({ path: '/other.mp4', parts: [] });
  });

  it('are removed with their parts, and no others', async () => {
    const store = make();
    await store.put(record('a', { parts: [part(1)] }));
    await store.put(record('ab', { parts: [part(2)] }));
    await store.remove('a');
    await store.remove('a');
    expect((await store.list()).map(({ id }) => id)).toEqual(['ab']);
    await store.put(record('a'));
    expect((await store.list()).map(numbers)).toContainEqual([]);
  });

  it('keep every part that is added at the same time', async () => {
    const store = make();
    await store.put(record('a'));
    const all = Array.from({ length: 50 }, (_, index) => index + 1);
    await Promise.all(all.map((partNumber) => store.addPart('a', part(partNumber))));
    expect(numbers((await store.list())[0])).toEqual(all);
  });

  it('are locked by one transfer at a time', async () => {
    const store = make();
    await store.put(record('a'));
    const release = await store.claim('a');
    expect(release).toBeDefined();
    expect(await store.claim('a')).toBeUndefined();
    expect(await store.claim('b')).toBeDefined();
    release?.();
    // Web Locks are released asynchronously.
    let again: Awaited<ReturnType<ResumeStore['claim']>>;
    do again = await make().claim('a');
    while (!again);
    expect(await store.claim('a')).toBeUndefined();
  });
});

describe('A record in a file', () => {
  it('loses at most its last part when it is torn anywhere', async () => {
    const store = fileStore(folder);
    await store.put(record('a', { parts: [1, 2, 3].map(part) }));
    const path = join(folder, 'a.ndjson');
    const { size } = statSync(path);
    const head = JSON.stringify(record('a')).length;
    const text = readFileSync(path, 'utf8');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: head, max: size }), async (bytes) => {
        writeFileSync(path, Buffer.from(text).subarray(0, bytes));
        const [found] = await store.list();
        const whole = Buffer.from(text).subarray(0, bytes).toString().split('\n');
        expect(found?.id).toBe('a');
        expect(found?.parts.length).toBeGreaterThanOrEqual(Math.max(0, whole.length - 2));
        expect(found?.parts).toEqual([1, 2, 3].map(part).slice(0, found?.parts.length));
      }),
    );
  });

  it('is ignored if it is not a record, or of a later version', async () => {
    const store = fileStore(folder);
    writeFileSync(join(folder, 'x.ndjson'), 'no json\n');
    writeFileSync(join(folder, 'y.ndjson'), '');
    writeFileSync(join(folder, 'z.ndjson'), `${JSON.stringify({ ...record('z'), version: 2 })}\n`);
    expect(await store.list()).toEqual([]);
  });

  it('is readable for its owner only', async () => {
    const store = fileStore(join(folder, 'state'));
    await store.put(record('a'));
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'state', 'a.ndjson')).mode & 0o777).toBe(0o600);
  });

  it('is unlocked when the process that had it is gone', async () => {
    const store = fileStore(folder);
    // The largest process id in Linux is 2²².
    writeFileSync(join(folder, 'a.lock'), '4194305');
    expect(await store.claim('a')).toBeDefined();
    writeFileSync(join(folder, 'b.lock'), '1');
    expect(await store.claim('b')).toBeUndefined();
    expect(readdirSync(folder).sort()).toEqual(['a.lock', 'b.lock']);
  });

  it('is unlocked after a restart in which this process got the same id', async () => {
    writeFileSync(join(folder, 'a.lock'), String(process.pid));
    const store = fileStore(folder);
    const release = await store.claim('a');
    expect(release).toBeDefined();
    expect(await fileStore(folder).claim('a')).toBeUndefined();
    release?.();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is in the state folder of the system', () => {
    expect(stateFolder({ XDG_STATE_HOME: '/x' }, 'linux', '/home/u')).toBe('/x/reelgate');
    expect(stateFolder({}, 'linux', '/home/u')).toBe('/home/u/.local/state/reelgate');
    expect(stateFolder({}, 'darwin', '/Users/u')).toBe(
      '/Users/u/Library/Application Support/reelgate',
    );
    expect(stateFolder({ LOCALAPPDATA: '/l' }, 'win32', '/u')).toBe('/l/reelgate');
  });
});

describe('A process that ends while it has a record', () => {
  it('leaves the record and no lock', async () => {
    const script = join(folder, 'process.mjs');
    const source = join(import.meta.dirname, '../src/node/file-store.ts');
    const state = join(folder, 'state');
    writeFileSync(
      script,
      `import { fileStore } from ${JSON.stringify(source)};
       const store = fileStore(${JSON.stringify(state)});
       await store.put(${JSON.stringify(record('a'))});
       await store.claim('a');
       process.exit(0);`,
    );
    await promisify(execFile)(process.execPath, [script]);
    expect(readdirSync(state)).toEqual(['a.ndjson']);
  });
});
