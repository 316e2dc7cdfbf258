import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watch } from '@reelgate/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Upload } from '../../core/contract/wire.ts';
import { buildClient } from '../../packages/client/build.ts';
import { accessToken } from '../../tools/cloud/access-token.ts';
import { launchBrowser, launchProfile, PAGE_ORIGIN } from '../kit/browser/browser.ts';
import { type PageServer, servePages } from '../kit/browser/page-server.ts';
import { type HostedCloud, type HostingOptions, hostCloud } from '../kit/hosted-cloud.ts';
import { openS3Proxy, type S3Proxy } from './s3-proxy.ts';

/** A hosted cloud, a browser, and a proxy between them that can delay, change or refuse requests. */
export interface BrowserFixture {
  readonly cloud: HostedCloud;
  readonly browser: Browser;
  readonly pages: PageServer;
  readonly s3: S3Proxy;
  /** A folder for files; `close` removes it. */
  readonly folder: string;
  /** Opens a page in a new context. The page has the client as `reelgate` and an account's tokens through `token()`. */
  openPage(username?: string, path?: string): Promise<Page>;
  /** Opens a page for `uploader-a` in another browser that has a profile on disk. */
  openPageOnDisk(): Promise<Page>;
  /** Waits until an upload of `uploader-a` has ended. */
  endOf(upload: Upload | undefined): Promise<Upload>;
  close(): Promise<void>;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Upload</title>
<input type="file" id="file" multiple>
<script type="module">
  import * as reelgate from '/reelgate.js';
  globalThis.reelgate = reelgate;
</script>`;

/** The Content-Security-Policy of this page allows no worker. */
export const PAGE_WITHOUT_WORKERS = '/without-workers.html';

export async function openBrowserFixture(
  configuration?: object,
  options: HostingOptions = {},
): Promise<BrowserFixture> {
  const opened: (() => Promise<unknown>)[] = [];
  try {
    return await open(opened, configuration, options);
  } catch (error) {
    // A half-opened fixture would keep the test process alive.
    await closeAll(opened);
    throw error;
  }
}

/** Closes in the reverse order of opening. */
async function closeAll(opened: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of opened.toReversed()) await close();
}

async function open(
  opened: (() => Promise<unknown>)[],
  configuration: object | undefined,
  options: HostingOptions,
): Promise<BrowserFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-browser-'));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  // These tests are about pages; an index that lags would only add waiting.
  const cloud = await hostCloud(configuration, { indexLag: false, ...options });
  opened.push(() => cloud.close());
  const pages = await servePages();
  opened.push(() => pages.close());
  await buildClient(join(folder, 'package'));
  const { hosted } = cloud;
  const bundle = await readFile(join(folder, 'package', 'esm', 'browser.js'));
  pages.put('/reelgate.js', { contentType: 'text/javascript', body: bundle });
  pages.put('/', { contentType: 'text/html', body: PAGE });
  pages.put(PAGE_WITHOUT_WORKERS, {
    contentType: 'text/html',
    body: PAGE,
    headers: { 'content-security-policy': "worker-src 'none'" },
  });
  const s3 = await openS3Proxy(hosted.endpoints.s3);
  opened.push(() => s3.close());
  const hostRules = {
    [new URL(PAGE_ORIGIN).host]: pages.address,
    [new URL(hosted.endpoints.s3).host]: s3.address,
  };
  const browser = await launchBrowser(hostRules);
  opened.push(() => browser.close());
  const openIn = async (context: BrowserContext, username: string, path: string) => {
    let token = await cloud.tokenOf(username);
    await context.exposeFunction('token', async (asked?: { refresh: boolean }) => {
      if (asked?.refresh) token = await accessToken(hosted, username);
      return token;
    });
    const page = await context.newPage();
    await page.goto(`${PAGE_ORIGIN}${path}`);
    await page.waitForFunction(() => 'reelgate' in globalThis);
    return page;
  };
  return {
    cloud,
    browser,
    pages,
    s3,
    folder,
    openPage: async (username = 'uploader-a', path = '/') =>
      openIn(await browser.newContext(), username, path),
    openPageOnDisk: async () =>
      openIn(await launchProfile(hostRules, join(folder, 'profile')), 'uploader-a', '/'),
    async endOf(upload) {
      if (!upload) throw new Error('There is no upload to follow.');
      const getToken = () => cloud.tokenOf('uploader-a');
      return watch(upload.id, { api: hosted.api, getToken, everyMs: 200 });
    },
    close: () => closeAll(opened),
  };
}
