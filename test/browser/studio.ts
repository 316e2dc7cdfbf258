import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watch } from '@reelgate/client';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Upload } from '../../core/contract/wire.ts';
import { buildClient } from '../../packages/client/build.ts';
import { accessToken } from '../../tools/token.ts';
import { launchBrowser, launchProfile, PAGE_ORIGIN } from '../kit/browser/browser.ts';
import { type PageServer, servePages } from '../kit/browser/page-server.ts';
import { type HostedCloud, type HostingOptions, hostCloud } from '../kit/hosted-cloud.ts';
import { openDetour, type S3Detour } from './s3-detour.ts';

/** A real cloud, a real browser, and a road between them on which things can be made to happen. */
export interface Studio {
  readonly cloud: HostedCloud;
  readonly browser: Browser;
  readonly pages: PageServer;
  readonly s3: S3Detour;
  /** For files; gone with the studio. */
  readonly folder: string;
  /** A page in a context of its own that has the client as `reelgate` and tokens of an account by `token()`. */
  openPage(username?: string, path?: string): Promise<Page>;
  /** Such a page, of `uploader-a`, in another browser that has a profile on disk. */
  openPageOnDisk(): Promise<Page>;
  /** Follows an upload of `uploader-a` to its end. */
  endOf(upload: Upload | undefined): Promise<Upload>;
  close(): Promise<void>;
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>Upload</title>
<input type="file" id="file" multiple>
<script type="module">
  import * as reelgate from '/reelgate.js';
  globalThis.reelgate = reelgate;
</script>`;

/** With this Content-Security-Policy a page may have no worker. */
export const PAGE_WITHOUT_WORKERS = '/without-workers.html';

export async function openStudio(
  configuration?: object,
  options: HostingOptions = {},
): Promise<Studio> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-browser-'));
  const [cloud, pages] = await Promise.all([
    hostCloud(configuration, options),
    servePages(),
    buildClient(join(folder, 'package')),
  ]);
  const { hosted } = cloud;
  const bundle = await readFile(join(folder, 'package', 'esm', 'browser.js'));
  pages.put('/reelgate.js', { contentType: 'text/javascript', body: bundle });
  pages.put('/', { contentType: 'text/html', body: PAGE });
  pages.put(PAGE_WITHOUT_WORKERS, {
    contentType: 'text/html',
    body: PAGE,
    headers: { 'content-security-policy': "worker-src 'none'" },
  });
  const s3 = await openDetour(hosted.endpoints.s3);
  const detours = {
    [new URL(PAGE_ORIGIN).host]: pages.address,
    [new URL(hosted.endpoints.s3).host]: s3.address,
  };
  const browser = await launchBrowser(detours);
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
      openIn(await launchProfile(detours, join(folder, 'profile')), 'uploader-a', '/'),
    async endOf(upload) {
      if (!upload) throw new Error('There is no upload to follow.');
      const getToken = () => cloud.tokenOf('uploader-a');
      return watch(upload.id, { api: hosted.api, getToken, everyMs: 200 });
    },
    async close() {
      await browser.close();
      await Promise.all([pages.close(), s3.close(), cloud.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
