import { createReadStream } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { eventually } from '../kit/eventually.ts';
import { writePaddedVideo } from '../kit/padded-video.ts';
import {
  type BrowserFixture,
  openBrowserFixture,
  PAGE_WITHOUT_WORKERS,
} from './browser-fixture.ts';
import { browserMemory } from './browser-memory.ts';
import {
  beginUpload,
  cancelUpload,
  outcomeOf,
  pauseUpload,
  reportedProgress,
  resumeUpload,
  settled,
  unfinished,
  untilState,
} from './page-upload.ts';
import { arrived, numbersOf } from './s3-proxy.ts';
import { openStored, type Stored, sha256 } from './stored.ts';

const MIB = 1024 ** 2;
/** Eight parts. */
const SIZE = 64 * MIB;
/** REELGATE_LARGE=1 sends 1 GiB. */
const LARGE = (process.env.REELGATE_LARGE ? 1024 : 256) * MIB;
/**
 * The parts that are being sent, and as much garbage that is not yet collected: memory rises and falls like a
 * saw (5 to 156 MiB measured), for 256 MiB as for 1 GiB.
 */
const MAX_GROWTH = 192 * MIB;

let fixture: BrowserFixture;
let api: string;
let file: string;
let page: Page;
let stored: Stored;

beforeAll(async () => {
  fixture = await openBrowserFixture();
  api = fixture.cloud.hosted.api;
  stored = openStored(fixture.cloud.hosted);
  file = join(fixture.folder, 'film.mp4');
  await writePaddedVideo(file, SIZE);
});

afterAll(async () => {
  stored?.close();
  await fixture?.close();
});

beforeEach(async () => {
  page = await fixture.openPage();
});

afterEach(async () => {
  fixture.s3.injectFaults(undefined);
  await page.context().close();
});

describe('A file in a page', () => {
  it('becomes a ready video, and its progress never decreases', async () => {
    await beginUpload(page, file, api);
    const { upload } = await outcomeOf(page);
    expect(upload).toMatchObject({ size: SIZE, parts: { count: 8 } });
    expect(numbersOf(fixture.s3.puts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const reported = await reportedProgress(page);
    const sent = reported.map(({ sentBytes }) => sentBytes);
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    expect(reported.at(-1)).toMatchObject({ state: 'done', sentBytes: SIZE, totalBytes: SIZE });
    const ended = await fixture.endOf(upload);
    expect(ended).toMatchObject({ status: 'ready' });
    expect(await stored.sourceSha256(ended.id)).toBe(await sha256(createReadStream(file)));
    expect(await unfinished(page)).toEqual([]);
  });

  it('is uploaded without a worker when the page’s policy forbids workers', async () => {
    const strict = await fixture.openPage('uploader-a', PAGE_WITHOUT_WORKERS);
    await beginUpload(strict, file, api);
    expect((await outcomeOf(strict)).upload).toMatchObject({ size: SIZE });
    await strict.context().close();
  });

  it('sends nothing while it is paused, and resumes', async () => {
    const held = Promise.withResolvers<void>();
    fixture.s3.injectFaults((_, nth) =>
      nth > 3 ? { kind: 'hold', until: held.promise } : undefined,
    );
    await beginUpload(page, file, api, { concurrency: 2 });
    // The page sends the fifth part when it has the response to the third. The proxy sees a response before the page does.
    await eventually(() => fixture.s3.puts.length === 5);
    expect(numbersOf(arrived(fixture.s3.puts))).toEqual([1, 2, 3]);
    await pauseUpload(page);
    await untilState(page, 'paused');
    fixture.s3.injectFaults(undefined);
    held.resolve();
    await settled(page);
    expect(fixture.s3.puts).toEqual([]);
    await resumeUpload(page);
    expect((await outcomeOf(page)).upload).toMatchObject({ size: SIZE });
    expect(numbersOf(arrived(fixture.s3.puts))).toEqual([4, 5, 6, 7, 8]);
  });
});

describe('An unreliable network', () => {
  it('may be offline for a while', async () => {
    const held = Promise.withResolvers<void>();
    fixture.s3.injectFaults((_, nth) =>
      nth > 3 ? { kind: 'hold', until: held.promise } : undefined,
    );
    await beginUpload(page, file, api, { concurrency: 2 });
    await eventually(() => arrived(fixture.s3.puts).length === 3);
    await page.context().setOffline(true);
    held.resolve();
    await untilState(page, 'waiting');
    fixture.s3.injectFaults(undefined);
    await settled(page);
    expect(fixture.s3.puts).toEqual([]);
    await page.context().setOffline(false);
    expect((await outcomeOf(page)).upload).toMatchObject({ size: SIZE });
  });

  it('may be throttled and slow', async () => {
    const devtools = await page.context().newCDPSession(page);
    const line = { offline: false, latency: 100, downloadThroughput: -1 };
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      ...line,
      uploadThroughput: 4 * MIB,
    });
    await beginUpload(page, file, api);
    await eventually(async () =>
      (await reportedProgress(page)).some(({ secondsLeft }) => (secondsLeft ?? 0) > 1),
    );
    await devtools.send('Network.emulateNetworkConditions', { ...line, uploadThroughput: -1 });
    const { upload } = await outcomeOf(page);
    expect(upload).toMatchObject({ size: SIZE });
    const reported = await reportedProgress(page);
    expect(reported.some(({ secondsLeft }) => (secondsLeft ?? 0) > 1)).toBe(true);
  });

  it('may lose every tenth part, by an error of S3 or a closed connection', async () => {
    const large = join(fixture.folder, 'large.mp4');
    await writePaddedVideo(large, 30 * 8 * MIB);
    fixture.s3.injectFaults((_, nth) => {
      if (nth % 10 !== 0) return undefined;
      return nth % 20 === 0 ? { kind: 'refuse', status: 503 } : { kind: 'cut', afterBytes: MIB };
    });
    await beginUpload(page, large, api);
    const { upload } = await outcomeOf(page);
    expect(upload).toMatchObject({ size: 30 * 8 * MIB });
    expect(arrived(fixture.s3.puts)).toHaveLength(30);
    expect(fixture.s3.puts.length).toBeGreaterThan(32);
    expect(await fixture.endOf(upload)).toMatchObject({ status: 'ready' });
  });

  it('may stall in the middle of a part, which is then sent again', async () => {
    const never = Promise.withResolvers<void>();
    fixture.s3.injectFaults((_, nth) =>
      nth === 2 ? { kind: 'hold', until: never.promise } : undefined,
    );
    await beginUpload(page, file, api, { stallMs: 1_500 });
    expect((await outcomeOf(page)).upload).toMatchObject({ size: SIZE });
    const [hung] = fixture.s3.puts.filter(({ status }) => status === undefined);
    const again = arrived(fixture.s3.puts).map(({ partNumber }) => partNumber);
    expect(again).toContain(hung?.partNumber);
  });

  it('may flip a bit: the upload is not completed, and a second attempt sends every part again', async () => {
    fixture.s3.injectFaults(({ partNumber }) => (partNumber === 3 ? { kind: 'flip' } : undefined));
    await beginUpload(page, file, api);
    expect(await outcomeOf(page)).toMatchObject({ code: 'checksum_mismatch' });
    fixture.s3.injectFaults(undefined);
    await beginUpload(page, file, api);
    const { upload } = await outcomeOf(page);
    expect(numbersOf(fixture.s3.puts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await fixture.endOf(upload)).toMatchObject({ status: 'ready' });
  });
});

describe('An upload that is cancelled', () => {
  it('leaves no part, no quota and no resume record, and has the status cancelled', async () => {
    const held = Promise.withResolvers<void>();
    fixture.s3.injectFaults((_, nth) =>
      nth > 3 ? { kind: 'hold', until: held.promise } : undefined,
    );
    const holds = async () => [await stored.unfinishedUploads(), await stored.reserved()];
    const before = await holds();
    await beginUpload(page, file, api, { concurrency: 2 });
    await eventually(() => arrived(fixture.s3.puts).length === 3);
    expect(await holds()).not.toEqual(before);
    await cancelUpload(page);
    held.resolve();
    expect(await outcomeOf(page)).toMatchObject({ code: 'cancelled' });
    expect(await holds()).toEqual(before);
    expect(await unfinished(page)).toEqual([]);
    const mine = await fixture.cloud.as('uploader-a');
    const { uploads } = await mine.list({ limit: 1, includeEnded: true });
    expect(uploads[0]).toMatchObject({ status: 'cancelled' });
    expect(uploads[0]).not.toHaveProperty('fileName');
  });
});

describe('A large file', () => {
  it('needs no more memory than the parts that are being sent', async () => {
    await beginUpload(page, file, api);
    await outcomeOf(page);
    const before = await browserMemory(fixture.browser);
    const large = join(fixture.folder, 'large.mp4');
    await writeFile(large, '');
    await truncate(large, LARGE);
    let peak = 0;
    let watching = true;
    const watched = (async () => {
      while (watching) {
        peak = Math.max(peak, await browserMemory(fixture.browser));
        await sleep(50);
      }
    })();
    await beginUpload(page, large, api);
    const outcome = await outcomeOf(page);
    watching = false;
    await watched;
    expect(outcome.upload).toMatchObject({ size: LARGE });
    expect(peak - before).toBeLessThan(MAX_GROWTH);
  });
});
