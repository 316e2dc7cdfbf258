import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlOf } from '../e2e/cloud-control.ts';
import { browserMemory } from './browser-memory.ts';
import { writePaddedVideo } from './padded-video.ts';
import { beginUpload, outcomeOf } from './page-upload.ts';
import { openStudio, type Studio } from './studio.ts';

const MIB = 1024 ** 2;
/** REELGATE_LARGE=1 sends 1 GiB. */
const LARGE = (process.env.REELGATE_LARGE ? 1024 : 256) * MIB;
/**
 * What is read of the parts on their way, and as much again that is garbage by now: memory goes up and down like a
 * saw (5 to 156 MiB seen), the same for 256 MiB and for 1 GiB.
 */
const MOST_GROWTH = 192 * MIB;

let studio: Studio;
let api: string;

beforeAll(async () => {
  studio = await openStudio(undefined, { control: true });
  api = studio.cloud.hosted.api;
}, 120_000);

afterAll(() => studio?.close());

describe('A large file', () => {
  it('costs no more memory than the parts that are on their way', async () => {
    const page = await studio.openPage();
    const warm = join(studio.folder, 'warm.mp4');
    await writePaddedVideo(warm, 64 * MIB);
    await beginUpload(page, warm, api);
    await outcomeOf(page);
    const before = await browserMemory(studio.browser);
    const large = join(studio.folder, 'large.mp4');
    await writeFile(large, '');
    await truncate(large, LARGE);
    let peak = 0;
    let watching = true;
    const watched = (async () => {
      while (watching) {
        peak = Math.max(peak, await browserMemory(studio.browser));
        await sleep(50);
      }
    })();
    await beginUpload(page, large, api);
    const outcome = await outcomeOf(page);
    watching = false;
    await watched;
    expect(outcome.upload).toMatchObject({ size: LARGE });
    expect(peak - before).toBeLessThan(MOST_GROWTH);
    await page.context().close();
  }, 300_000);
});

describe('A grant and a token that end half-way', () => {
  it('are both asked for again, and nobody notices', async () => {
    const page = await studio.openPage('uploader-b');
    const file = join(studio.folder, 'film.mp4');
    await writePaddedVideo(file, 64 * MIB);
    const held = Promise.withResolvers<void>();
    studio.s3.treat((_, nth) => (nth > 3 ? { kind: 'hold', until: held.promise } : undefined));
    await beginUpload(page, file, api, { concurrency: 2 });
    while (studio.s3.puts.length < 5) await sleep(20);
    await controlOf(studio.cloud.hosted).moveClock(2 * 3_600_000);
    held.resolve();
    const { upload, code } = await outcomeOf(page);
    expect(code).toBeUndefined();
    expect(upload).toMatchObject({ size: 64 * MIB });
    // 400 ExpiredToken, where the signer's credentials have ended too; else 403.
    const refused = studio.s3.puts.filter(({ status }) => status === 400 || status === 403);
    expect(refused.length).toBeGreaterThan(0);
    expect(studio.s3.puts.filter(({ status }) => status === 200)).toHaveLength(8);
    await page.context().close();
  }, 90_000);
});
