import { launchBrowser, PAGE_ORIGIN } from '../../../../test/kit/browser/browser.ts';
import { servePages } from '../../../../test/kit/browser/page-server.ts';
import { bundlePage, bundleUppy } from '../bundles.ts';
import type { SendOrder, Sent } from '../order.ts';
import type { SendJob, UploadSite } from '../site.ts';
import type { PageSender } from './page.ts';

const PAGE = `<!doctype html><meta charset="utf-8"><title>Upload</title>
<input type="file" id="file"><script type="module" src="/page.js"></script>`;

/** A headless Chromium whose page has every candidate. */
export interface BrowserSite {
  /** Its version, for example `147.0.7700.0`. */
  readonly version: string;
  /** Sends a file from a fresh page in a fresh profile, and removes the upload. */
  send(sender: PageSender, job: SendJob): Promise<Sent>;
  close(): Promise<void>;
}

/** @param detours other addresses for `host:port`s, as in `launchBrowser` */
export async function openBrowserSite(
  site: UploadSite,
  detours: Readonly<Record<string, string>> = {},
): Promise<BrowserSite> {
  const pages = await servePages();
  const script = (path: string, body: string) =>
    pages.put(path, { contentType: 'text/javascript', body });
  script('/page.js', await bundlePage());
  script('/uppy-5.js', await bundleUppy('uppy-5'));
  script('/uppy-6.js', await bundleUppy('uppy-6'));
  pages.put('/', { contentType: 'text/html', body: PAGE });
  const browser = await launchBrowser({
    [new URL(PAGE_ORIGIN).host]: pages.address,
    ...detours,
  });
  return {
    version: browser.version(),
    async send(sender, job) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(PAGE_ORIGIN);
      await page.waitForFunction(() => 'send' in globalThis);
      await page.setInputFiles('#file', job.path);
      const sent = await page.evaluate(
        ([name, order]) => {
          const { send } = globalThis as unknown as {
            send: (sender: PageSender, order: SendOrder) => Promise<Sent>;
          };
          return send(name, order);
        },
        [sender, job.order] as const,
      );
      await context.close();
      await site.cleanUp(sent.uploadId);
      return sent;
    },
    async close() {
      await browser.close();
      await pages.close();
    },
  };
}
