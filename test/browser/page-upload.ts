import type { Progress } from '@reelgate/client';
import type * as reelgate from '@reelgate/client/browser';
import type { Page } from 'playwright-core';
import type { Upload } from '../../core/contract/wire.ts';

/** What a test's page has beside what every page has. */
export interface Globals {
  readonly reelgate: typeof reelgate;
  readonly token: (asked?: { readonly refresh: boolean }) => Promise<string>;
  transfer: reelgate.Transfer;
  told: Progress[];
  ended: Promise<Outcome>;
}

/** How a transfer in a page ended: with the upload that `complete` answered, or with an error's code. */
export interface Outcome {
  readonly upload?: Upload;
  readonly code?: string;
  readonly message?: string;
}

export interface PageUploadOptions {
  readonly concurrency?: number;
  readonly stallMs?: number;
}

/** Chooses a file on the page and begins to upload it; the page keeps the transfer. */
export async function beginUpload(
  page: Page,
  file: string,
  api: string,
  options: PageUploadOptions = {},
): Promise<void> {
  await page.setInputFiles('#file', file);
  await page.evaluate(
    ([api, options]) => {
      const page = globalThis as unknown as Globals;
      const input = document.querySelector<HTMLInputElement>('#file');
      const file = input?.files?.[0];
      if (!file) throw new Error('No file was chosen.');
      page.told = [];
      page.transfer = page.reelgate.upload(file, {
        api,
        getToken: page.token,
        onProgress: (progress) => page.told.push(progress),
        ...options,
      });
      page.ended = page.transfer.done.then(
        (upload) => ({ upload }),
        ({ code, message }) => ({ code, message }),
      );
    },
    [api, options] as const,
  );
}

/** How the page's transfer ended; waits for it. */
export function outcomeOf(page: Page): Promise<Outcome> {
  return page.evaluate(() => (globalThis as unknown as Globals).ended);
}

/** All that `onProgress` was told. */
export function toldProgress(page: Page): Promise<Progress[]> {
  return page.evaluate(() => (globalThis as unknown as Globals).told);
}

/** Waits until the transfer is in a state. */
export async function untilState(page: Page, state: Progress['state']): Promise<void> {
  await page.waitForFunction(
    (state) => (globalThis as unknown as Globals).transfer?.progress.state === state,
    state,
    { polling: 50 },
  );
}

export function cancelUpload(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as Globals).transfer.cancel());
}

export function pauseUpload(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as Globals).transfer.pause());
}

export function resumeUpload(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as Globals).transfer.resume());
}

/** Names of the files whose uploads the page's browser could go on with. */
export function unfinished(page: Page): Promise<string[]> {
  return page.evaluate(async () =>
    (await (globalThis as unknown as Globals).reelgate.resumable()).map(({ fileName }) => fileName),
  );
}
