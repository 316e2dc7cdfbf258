import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { controlOf } from '../kit/cloud-control.ts';
import { eventually } from '../kit/eventually.ts';
import { writePaddedVideo } from '../kit/padded-video.ts';
import { type BrowserFixture, openBrowserFixture } from './browser-fixture.ts';
import {
  beginUpload,
  type Globals,
  outcomeOf,
  reportedProgress,
  unfinished,
} from './page-upload.ts';
import { arrived, numbersOf } from './s3-proxy.ts';

const MIB = 1024 ** 2;
const ALL_PARTS = [1, 2, 3, 4, 5, 6, 7, 8];
const SIZE = ALL_PARTS.length * 8 * MIB;

let fixture: BrowserFixture;
let api: string;
let file: string;
let page: Page;

beforeAll(async () => {
  fixture = await openBrowserFixture(undefined, { control: true });
  api = fixture.cloud.hosted.api;
  file = join(fixture.folder, 'film.mp4');
  await writePaddedVideo(file, SIZE);
});

afterAll(() => fixture?.close());

beforeEach(async () => {
  page = await fixture.openPage();
});

afterEach(async () => {
  fixture.s3.injectFaults(undefined);
  await page.context().close();
});

/** Lets four parts pass and holds the others. Returns a function that releases them. */
async function stopHalfWay(begin: () => Promise<void>): Promise<() => void> {
  const held = Promise.withResolvers<void>();
  fixture.s3.injectFaults((_, nth) =>
    nth > 4 ? { kind: 'hold', until: held.promise } : undefined,
  );
  await begin();
  await eventually(() => arrived(fixture.s3.puts).length === 4);
  // The page has received the responses too.
  await page.waitForFunction(async () => {
    const { reelgate } = globalThis as unknown as Globals;
    return (await reelgate.resumable())[0]?.parts.length === 4;
  });
  return held.resolve;
}

/** As above, then reloads the page; the held parts are lost. Returns the parts that S3 has. */
async function reloadHalfWay(begin = () => beginUpload(page, file, api, { concurrency: 2 })) {
  await stopHalfWay(begin);
  const sent = numbersOf(arrived(fixture.s3.puts));
  await page.reload();
  await page.waitForFunction(() => 'reelgate' in globalThis);
  fixture.s3.injectFaults(undefined);
  return sent;
}

/** Resumes the unfinished upload, with or without a file, and returns its result. */
function goOn(given: 'no file' | 'a changed file') {
  return page.evaluate(async (given) => {
    const { reelgate, token } = globalThis as unknown as Globals;
    const [record] = await reelgate.resumable();
    if (!record) return 'There is no record.';
    let file: File | undefined;
    if (given === 'a changed file') {
      const chosen = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
      if (!chosen) return 'No file was chosen.';
      // The name, the size and the time are the same; the first bit differs.
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      const { name, lastModified, type } = chosen;
      file = new File([bytes], name, { lastModified, type });
    }
    const options = { getToken: token, ...(file && { file }) };
    return reelgate.resumeUpload(record, options).done.then(
      ({ id }) => id,
      ({ code }) => code as string,
    );
  }, given);
}

describe('A page that is reloaded during an upload', () => {
  it('resumes and does not send a received part again', async () => {
    const before = await reloadHalfWay();
    expect(await unfinished(page)).toEqual(['film.mp4']);
    await beginUpload(page, file, api);
    const { upload } = await outcomeOf(page);
    expect(numbersOf(fixture.s3.puts)).toEqual(ALL_PARTS.filter((n) => !before.includes(n)));
    const [first] = (await reportedProgress(page)).filter(({ state }) => state === 'uploading');
    expect(first?.sentBytes).toBeGreaterThanOrEqual(SIZE / 2);
    expect(await fixture.endOf(upload)).toMatchObject({ status: 'ready' });
  });

  it('does not mix a changed file with the parts of the old one', async () => {
    await reloadHalfWay();
    await page.setInputFiles('#file', file);
    expect(await goOn('a changed file')).toBe('file_changed');
    expect(fixture.s3.puts).toEqual([]);
  });

  it('asks the user to choose the file again', async () => {
    await reloadHalfWay();
    expect(await goOn('no file')).toBe('not_resumable');
    expect(fixture.s3.puts).toEqual([]);
  });

  it('resumes without the user when the file was opened by a handle', async () => {
    await page.context().close();
    page = await fixture.openPageOnDisk();
    await page.setInputFiles('#file', file);
    // A file in the origin private file system: the only handle that a page gets without user interaction.
    const before = await reloadHalfWay(() =>
      page.evaluate(async (api) => {
        const { reelgate, token } = globalThis as unknown as Globals;
        const chosen = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
        const folder = await navigator.storage.getDirectory();
        const handle = await folder.getFileHandle('own.mp4', { create: true });
        await chosen?.stream().pipeTo(await handle.createWritable());
        const transfer = reelgate.upload(handle, { api, getToken: token, concurrency: 2 });
        transfer.done.catch(() => undefined);
      }, api),
    );
    expect(await goOn('no file')).toMatch(/^[0-9a-f-]{36}$/);
    expect(numbersOf(fixture.s3.puts)).toEqual(ALL_PARTS.filter((n) => !before.includes(n)));
  });

  it('is not resumed by two pages at the same time', async () => {
    const letGo = await stopHalfWay(() => beginUpload(page, file, api, { concurrency: 2 }));
    const first = page;
    page = await first.context().newPage();
    await page.goto(first.url());
    await page.waitForFunction(() => 'reelgate' in globalThis);
    await page.setInputFiles('#file', file);
    // The file is the same one; the first page keeps the upload.
    const busy = await page.evaluate(async () => {
      const { reelgate, token } = globalThis as unknown as Globals;
      const [record] = await reelgate.resumable();
      const chosen = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
      if (!record || !chosen) return 'There is no record or no file.';
      return reelgate.resumeUpload(record, { getToken: token, file: chosen }).done.then(
        () => 'taken',
        ({ code }) => code as string,
      );
    });
    expect(busy).toBe('busy');
    letGo();
    expect((await outcomeOf(first)).upload).toMatchObject({ size: SIZE });
  });
});

// This test comes last: it moves the cloud's clock ahead of the browser's.
describe('A grant and a token that expire during an upload', () => {
  it('are renewed without an error', async () => {
    const letGo = await stopHalfWay(() => beginUpload(page, file, api, { concurrency: 2 }));
    await eventually(() => fixture.s3.puts.length === 6);
    await controlOf(fixture.cloud.hosted).moveClock(2 * 3_600_000);
    letGo();
    const { upload, code } = await outcomeOf(page);
    expect(code).toBeUndefined();
    expect(upload).toMatchObject({ size: SIZE });
    // S3 returns 400 ExpiredToken if the signer's credentials have expired too, otherwise 403.
    const refused = fixture.s3.puts.filter(({ status }) => status === 400 || status === 403);
    expect(refused.length).toBeGreaterThan(0);
    expect(numbersOf(arrived(fixture.s3.puts))).toEqual(ALL_PARTS);
  });
});
