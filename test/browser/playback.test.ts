import { openAsBlob } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { upload, watch } from '@reelgate/client';
import type { Browser, Page } from 'playwright-core';
import { type Player, servePlayer } from '../../tools/player/serve-player.ts';
import { launchBrowser, PAGE_ORIGIN } from '../kit/browser/browser.ts';
import { type HostedCloud, hostCloud } from '../kit/hosted-cloud.ts';

const MEDIA = join(import.meta.dirname, '..', 'fixtures', 'media');

let cloud: HostedCloud;
let player: Player;
let browser: Browser;
let id: string;

beforeAll(async () => {
  cloud = await hostCloud({}, { indexLag: false });
  const { api } = cloud.hosted;
  const getToken = () => cloud.tokenOf('uploader-a');
  const port = Number(new URL(PAGE_ORIGIN).port);
  const served = await servePlayer({ api, getToken, port, listenOn: 0 });
  if (!served) throw new Error('The player page is not served.');
  player = served;
  browser = await launchBrowser({ [new URL(PAGE_ORIGIN).host]: player.address });
  const file = await openAsBlob(join(MEDIA, 'sample.mp4'));
  const options = { api, getToken, fileName: 'sample.mp4', contentType: 'video/mp4' };
  const sent = await upload(file, options).done;
  const { status } = await watch(sent.id, { api, getToken, everyMs: 200 });
  expect(status).toBe('ready');
  id = sent.id;
});

afterAll(async () => {
  await browser?.close();
  await player?.close();
  await cloud?.close();
});

async function open(address: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(address);
  return page;
}

const statusOf = (page: Page) => page.getByRole('status');

/** The seconds that the page's video has played, and how many of its frames were decoded. */
const played = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) => ({
    seconds: video.currentTime,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
  }));

describe('The page of a ready video', () => {
  it('plays it in a browser, and seeks', async () => {
    const page = await open(player.watchUrl(id));
    await statusOf(page)
      .getByText(/^Ready: \d+p/)
      .waitFor();
    await page.locator('video').evaluate((video: HTMLVideoElement) => {
      video.muted = true;
      return video.play();
    });
    await expect(
      page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5),
    ).resolves.toBeDefined();
    expect((await played(page)).frames).toBeGreaterThan(5);
    await page.locator('video').evaluate(async (video: HTMLVideoElement) => {
      const seeked = new Promise((resolve) => {
        video.onseeked = resolve;
      });
      video.currentTime = video.duration - 0.5;
      await seeked;
    });
    expect((await played(page)).seconds).toBeGreaterThan(0.5);
    await page.close();
  });

  it('says in words that there is no such video', async () => {
    const page = await open(player.watchUrl('01a22d78-f021-755e-b914-cd5bd058302c'));
    await statusOf(page).getByText('There is no such upload').waitFor();
    await page.close();
  });

  it.each([
    ['no page', {}, 403],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of another host', { host: 'evil.example', 'sec-fetch-site': 'same-origin' }, 421],
  ])('gives its token not to %s', async (_, headers, status) => {
    const { host } = new URL(PAGE_ORIGIN);
    expect(await statusFor('/token', { host, ...headers })).toBe(status);
  });
});

/** The status of a request; unlike `fetch`, it has the header `host` that it is given. */
function statusFor(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`http://${player.address}${path}`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}
