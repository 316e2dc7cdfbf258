import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  open,
  readdir,
  readFile,
  rename,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  fileStore,
  type Progress,
  type ResumeRecord,
  resumable,
  resumeUpload,
  type Transfer,
  UploadError,
  upload,
} from '@reelgate/client';
import { type ClientFixture, MIB, openClientFixture, PART } from '../kit/client-fixture.ts';

let fixture: ClientFixture;

beforeAll(async () => {
  fixture = await openClientFixture();
});

afterAll(async () => {
  await fixture?.close();
});

beforeEach(async () => {
  fixture.network.interceptParts(undefined);
  fixture.network.interceptCalls(undefined);
  fixture.network.clearLog();
  for (const { id } of await fixture.store.list()) await fixture.store.remove(id);
});

async function codeOf(transfer: Transfer): Promise<string> {
  const thrown = await transfer.done.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof UploadError) return thrown.code;
  throw new Error(`An UploadError was expected, got ${String(thrown)}.`);
}

/** Uploads about half of the file, then aborts. */
async function abandoned(path: string): Promise<ResumeRecord> {
  const stopping = new AbortController();
  fixture.network.interceptParts(() => ({ kind: 'slow', chunkMs: 1 }));
  const options = await fixture.options({
    concurrency: 1,
    signal: stopping.signal,
    onProgress: ({ sentBytes, totalBytes }) => {
      if (sentBytes > totalBytes / 2) stopping.abort();
    },
  });
  const transfer = upload(path, options);
  expect(await codeOf(transfer)).toBe('aborted');
  expect(transfer.progress.state).toBe('stopped');
  const [record] = await resumable({ api: fixture.network.api, store: fixture.store });
  if (!record) throw new Error('No record was kept.');
  fixture.network.interceptParts(undefined);
  return record;
}

const arrived = () =>
  fixture.network.parts.filter(({ status }) => status === 200).map(({ partNumber }) => partNumber);

describe('An upload whose process is killed', () => {
  it('is resumed by another process, which does not send a received part again', async () => {
    const path = await fixture.file(10 * PART + 1);
    const token = await fixture.cloud.tokenOf('uploader-a');
    fixture.network.interceptParts(() => ({ kind: 'slow', chunkMs: 1 }));
    const child = spawn(
      process.execPath,
      ['test/e2e/client-process.ts', path, fixture.network.api, token, fixture.stateFolder],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = once(child, 'exit');
    for await (const line of createInterface(child.stdout)) {
      const { sentBytes } = JSON.parse(line) as Progress;
      if (sentBytes > 5 * PART) break;
    }
    child.kill('SIGKILL');
    await exited;
    fixture.network.interceptParts(undefined);
    await fixture.network.waitUntilIdle();
    const before = new Set(arrived());
    expect(before.size).toBeGreaterThan(2);
    fixture.network.clearLog();

    const options = await fixture.options();
    const transfer = upload(path, options);
    expect((await transfer.done).status).not.toBe('waiting');
    expect(arrived().filter((partNumber) => before.has(partNumber))).toEqual([]);
    expect(before.size + arrived().length).toBe(11);
    expect(fixture.network.calls).not.toContain('POST /v1/uploads');
    expect(options.seen.find(({ state }) => state === 'uploading')?.sentBytes).toBe(
      before.size * PART,
    );
  });
});

describe('An unfinished upload', () => {
  it('is listed, and can be resumed with its record alone', async () => {
    const path = await fixture.file(4 * PART);
    const record = await abandoned(path);
    expect(record).toMatchObject({ path, fileName: expect.any(String), partSize: PART });
    const transfer = resumeUpload(record, await fixture.options());
    expect((await transfer.done).id).toBe(record.uploadId);
    expect(await fixture.store.list()).toEqual([]);
  });

  it('is not resumed when the file has changed in any way', async () => {
    const path = await fixture.file(4 * PART);
    const record = await abandoned(path);
    const { atime, mtime } = await stat(path);
    const resumed = async () => codeOf(resumeUpload(record, await fixture.options()));

    await appendFile(path, 'more');
    expect(await resumed()).toBe('file_changed');

    // The size and the time are the same; the first bytes differ.
    const file = await open(path, 'r+');
    await file.truncate(4 * PART);
    await file.write('other', 0);
    await file.close();
    await utimes(path, atime, mtime);
    expect(await resumed()).toBe('file_changed');

    await rename(path, `${path}.moved`);
    expect(await resumed()).toBe('file_unreadable');
    expect(arrived()).toHaveLength(record.parts.length);
  });

  it('is not touched by an upload of the changed file', async () => {
    const path = await fixture.file(2 * PART);
    const record = await abandoned(path);
    await appendFile(path, 'more');
    const fresh = await upload(path, await fixture.options()).done;
    expect(fresh.id).not.toBe(record.uploadId);
    expect((await fixture.store.list()).map(({ id }) => id)).toEqual([record.id]);
  });

  it('sends a part again whose ETag differs in S3, and verifies a part that arrived without a record', async () => {
    const path = await fixture.file(6 * PART);
    const record = await abandoned(path);
    const [first, second, ...others] = record.parts;
    if (!first || !second) throw new Error('Two parts have arrived at least.');
    fixture.network.clearLog();
    await fixture.store.put({
      ...record,
      parts: [{ ...first, etag: '"00000000000000000000000000000000"' }, ...others],
    });
    const [kept] = await fixture.store.list();
    const transfer = resumeUpload(kept ?? record, await fixture.options());
    expect((await transfer.done).status).not.toBe('waiting');
    expect(arrived()).toContain(first.partNumber);
    expect(arrived()).not.toContain(second.partNumber);
  });

  it('is found by its idempotency key when the response to its creation was lost', async () => {
    const path = await fixture.file(PART);
    fixture.network.interceptCalls(() => 'lose-response');
    const lost = upload(path, await fixture.options({ attempts: 1 }));
    expect(await codeOf(lost)).toBe('network');
    fixture.network.interceptCalls(undefined);
    const [record] = await fixture.store.list();
    expect([record?.path, record?.uploadId]).toEqual([path, undefined]);
    const resumedAt = Date.now();
    const { id } = await upload(path, await fixture.options()).done;
    const { upload: found } = await (await fixture.cloud.as('uploader-a')).get(id);
    expect(Date.parse(found.createdAt)).toBeLessThan(resumedAt);
  });

  it('is not sent twice by two transfers', async () => {
    const path = await fixture.file(3 * PART);
    const record = await abandoned(path);
    fixture.network.interceptParts(() => ({ kind: 'slow', chunkMs: 1 }));
    const first = resumeUpload(record, await fixture.options());
    while (first.progress.state !== 'uploading') {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await codeOf(resumeUpload(record, await fixture.options()))).toBe('busy');
    const second = upload(path, await fixture.options());
    const [one, other] = await Promise.all([first.done, second.done]);
    expect(one.id).not.toBe(other.id);
  });

  it('cannot be resumed after it was cancelled elsewhere; an upload of the file starts again', async () => {
    const path = await fixture.file(2 * PART);
    const record = await abandoned(path);
    await (await fixture.cloud.as('uploader-a')).cancel(record.uploadId ?? '');
    expect(await codeOf(resumeUpload(record, await fixture.options()))).toBe('not_resumable');
    const { id } = await upload(path, await fixture.options()).done;
    expect(id).not.toBe(record.uploadId);
  });

  it('of another user is not resumed', async () => {
    const path = await fixture.file(2 * PART);
    const record = await abandoned(path);
    const token = await fixture.cloud.tokenOf('uploader-b');
    const { id } = await upload(path, await fixture.options({ getToken: () => token })).done;
    expect(id).not.toBe(record.uploadId);
    expect((await fixture.store.list()).map((kept) => kept.id)).toEqual([record.id]);
  });

  it('is complete when only the response to its completion was lost', async () => {
    const path = await fixture.file(PART);
    fixture.network.interceptCalls((call) =>
      call.endsWith('/complete') ? 'lose-response' : undefined,
    );
    const options = { attempts: 1, patienceMs: 0 };
    expect(await codeOf(upload(path, await fixture.options(options)))).toBe('network');
    fixture.network.interceptCalls(undefined);
    const [record] = await fixture.store.list();
    fixture.network.clearLog();
    const { id, status } = await upload(path, await fixture.options()).done;
    expect([id, status]).toEqual([record?.uploadId, expect.not.stringMatching('waiting')]);
    expect(fixture.network.parts).toEqual([]);
    expect(await fixture.store.list()).toEqual([]);
  });

  it('loses only its last part when a crash truncated its record', async () => {
    const path = await fixture.file(4 * PART);
    const record = await abandoned(path);
    const [name = ''] = (await readdir(fixture.stateFolder)).filter((file) =>
      file.endsWith('.ndjson'),
    );
    const text = await readFile(join(fixture.stateFolder, name), 'utf8');
    await writeFile(join(fixture.stateFolder, name), text.slice(0, -10));
    const [torn] = await fileStore(fixture.stateFolder).list();
    expect(torn?.parts).toEqual(record.parts.slice(0, -1));
    expect((await resumeUpload(torn ?? record, await fixture.options()).done).id).toBe(
      record.uploadId,
    );
  });
});

describe('Memory', () => {
  const size = process.env.REELGATE_LARGE ? 1024 * MIB : 192 * MIB;

  it(`stays flat while ${size / MIB} MiB are uploaded`, async () => {
    const path = await fixture.file(size);
    global.gc?.();
    const before = process.memoryUsage.rss();
    let most = 0;
    const options = await fixture.options({
      onProgress: () => {
        most = Math.max(most, process.memoryUsage.rss() - before);
      },
    });
    const token = await fixture.cloud.tokenOf('uploader-a');
    // Without the proxy, which runs in this process and would count as memory.
    const direct = { ...options, api: fixture.cloud.hosted.api, getToken: () => token };
    expect((await upload(path, direct).done).status).not.toBe('waiting');
    expect(most / MIB).toBeLessThan(120);
  });
});
