import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { launchBrowser, PAGE_ORIGIN } from '../kit/browser/browser.ts';
import { chromiumBinary } from '../kit/browser/chromium-binary.ts';
import { type PageServer, servePages } from '../kit/browser/page-server.ts';

let browser: Browser;
let pages: PageServer;
const hosts: (string | undefined)[] = [];
const elsewhere = createServer((request, response) => {
  hosts.push(request.headers.host);
  response.writeHead(200, { 'access-control-allow-origin': '*' }).end('reached');
});

beforeAll(async () => {
  pages = await servePages();
  pages.put('/', { contentType: 'text/html', body: '<!doctype html><title>A page</title><p>Text' });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  browser = await launchBrowser({
    'localhost:5173': pages.address,
    '127.0.0.1:4999': `127.0.0.1:${(elsewhere.address() as AddressInfo).port}`,
  });
});

afterAll(async () => {
  await browser?.close();
  await pages?.close();
  await new Promise((resolve) => elsewhere.close(resolve));
});

describe('The test browser', () => {
  it('shows pages at an origin that the API allows, as a secure context', async () => {
    const page = await browser.newPage();
    await page.goto(`${PAGE_ORIGIN}/`);
    expect(await page.title()).toBe('A page');
    expect((await page.locator('p').boundingBox())?.height).toBeGreaterThan(10);
    expect(await page.evaluate(() => [isSecureContext, location.origin])).toEqual([
      true,
      PAGE_ORIGIN,
    ]);
    await page.close();
  });

  it('connects to another address than the one in the URL and the Host header', async () => {
    const page = await browser.newPage();
    await page.goto(`${PAGE_ORIGIN}/`);
    const response = await page.evaluate(async () =>
      (await fetch('http://127.0.0.1:4999/')).text(),
    );
    expect(response).toBe('reached');
    expect(hosts).toContain('127.0.0.1:4999');
    await page.close();
  });

  it('plays H.264 and AAC, and supports IndexedDB and workers', async () => {
    const page = await browser.newPage();
    await page.goto(`${PAGE_ORIGIN}/`);
    const can = await page.evaluate(async () => {
      const opened = indexedDB.open('try');
      await new Promise((resolve, reject) => {
        opened.onsuccess = resolve;
        opened.onerror = reject;
      });
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
      await new Promise((resolve) => {
        worker.onmessage = resolve;
      });
      const type = 'video/mp4; codecs="avc1.64001f, mp4a.40.2"';
      return document.createElement('video').canPlayType(type);
    });
    expect(can).toBe('probably');
    await page.close();
  });

  it('is extracted once when several processes need it at the same time', async () => {
    const found = await Promise.all(Array.from({ length: 3 }, () => chromiumBinary()));
    expect(new Set(found.map(({ path }) => path)).size).toBe(1);
  });
});
