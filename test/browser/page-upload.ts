import type { Progress } from '@reelgate/client';
import type * as reelgate from '@reelgate/client/browser';
import type { Page } from 'playwright-core';
import type { Upload } from '../../core/contract/wire.ts';

/** The globals of a test page. */
export interface Globals {
  readonly reelgate: typeof reelgate;
  readonly token: (asked?: { readonly refresh: boolean }) => Promise<string>;
  transfer: reelgate.Transfer;
  reported: Progress[];
  ended: Promise<Outcome>;
}

/** The result of a transfer in a page: the upload that `complete` returned, or an error's code. */
export interface Outcome {
  readonly upload?: Upload;
  readonly code?: string;
  readonly message?: string;
}

export interface PageUploadOptions {
  readonly concurrency?: number;
  readonly stallMs?: number;
}

/** Chooses a file on the page and starts to upload it. The page keeps the transfer. */
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
      page.reported = [];
      page.transfer = page.reelgate.upload(file, {
        api,
        getToken: page.token,
        onProgress: (progress) => page.reported.push(progress),
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

/** Waits for the page's transfer to end and returns its result. */
export function outcomeOf(page: Page): Promise<Outcome> {
  return page.evaluate(() => (globalThis as unknown as Globals).ended);
}

/**
 * Resolves after the page has run its pending tasks and has completed, or failed, a later request of its own: a
 * request that the page had already issued has been seen by then.
 */
export function settled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve));
      await fetch(location.href, { cache: 'no-store' }).catch(() => undefined);
    }
  });
}

/** Every progress event that the transfer has reported. */
export function reportedProgress(page: Page): Promise<Progress[]> {
  return page.evaluate(() => (globalThis as unknown as Globals).reported);
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

/** Names of the files whose uploads can be resumed in the page's browser. */
export function unfinished(page: Page): Promise<string[]> {
  return page.evaluate(async () =>
    (await (globalThis as unknown as Globals).reelgate.resumable()).map(({ fileName }) => fileName),
  );
}
