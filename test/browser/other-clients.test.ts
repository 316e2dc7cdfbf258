import { execFile } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import type { Upload } from '../../core/contract/wire.ts';
import { PAGE_ORIGIN } from '../kit/browser/browser.ts';
import { writePaddedVideo } from '../kit/padded-video.ts';
import { film, plainClient } from '../kit/single-request-client.ts';
import { type BrowserFixture, openBrowserFixture } from './browser-fixture.ts';
import { uppyBundle } from './uppy-bundle.ts';

const MIB = 1024 ** 2;
/** The maximum file size of the default policy, in bytes. */
const LIMIT = 50_000_000_000;

let fixture: BrowserFixture;
let client: ReturnType<typeof plainClient>;
let stranger: ReturnType<typeof plainClient>;
let small: string;
let large: string;
let tooLarge: string;

beforeAll(async () => {
  fixture = await openBrowserFixture();
  client = plainClient(fixture.cloud, 'uploader-a');
  stranger = plainClient(fixture.cloud, 'uploader-b');
  for (const major of [5, 6] as const) {
    fixture.pages.put(`/uppy-${major}.js`, {
      contentType: 'text/javascript',
      body: await uppyBundle(major),
    });
    fixture.pages.put(`/uppy-${major}.html`, {
      contentType: 'text/html',
      body: `<!doctype html><meta charset="utf-8"><title>Uppy ${major}</title>
        <input type="file" id="file"><script src="/uppy-${major}.js"></script>`,
    });
  }
  small = join(fixture.folder, 'small.mp4');
  large = join(fixture.folder, 'large.mp4');
  tooLarge = join(fixture.folder, 'too-large.mp4');
  await writeFile(small, film);
  await writePaddedVideo(large, 18 * MIB);
  // A sparse file takes no space on disk.
  await writeFile(tooLarge, '');
  await truncate(tooLarge, LIMIT + 1);
});

afterAll(() => fixture?.close());

/** Waits until the account's newest upload has ended. No other test uses the account. */
async function newestAtItsEnd(): Promise<Upload> {
  const { body } = await client.ask<{ uploads: Upload[] }>('GET', '/v1/uploads?limit=1');
  const [newest] = body.uploads;
  if (!newest) throw new Error('Nothing was uploaded.');
  const foreign = await stranger.ask('GET', `/v1/uploads/${newest.id}`);
  expect(foreign.status).toBe(404);
  return client.endOf(newest.id);
}

async function uploadsSoFar(): Promise<number> {
  const { body } = await client.ask<{ uploads: Upload[] }>('GET', '/v1/uploads?limit=100');
  return body.uploads.length;
}

interface UppyGlobals {
  Uppy: new () => UppyLike;
  AwsS3: unknown;
}
interface UppyLike {
  use(plugin: unknown, options: object): UppyLike;
  on(event: string, listener: (file: { id: string }) => void): UppyLike;
  setFileMeta(id: string, meta: object): void;
  addFile(file: object): string;
  getFile(id: string): { size: number };
  upload(): Promise<{
    successful?: { response?: { uploadURL?: string } }[];
    failed?: { error?: string }[];
  }>;
}

/** Uploads with an unmodified Uppy whose endpoint is reelgate. */
async function byUppy(page: Page, file: string, options: object, tellSize = true) {
  await page.setInputFiles('#file', file);
  return page.evaluate(
    async ([options, tellSize]) => {
      const { Uppy, AwsS3 } = globalThis as unknown as UppyGlobals;
      const uppy = new Uppy().use(AwsS3, options);
      if (tellSize) {
        uppy.on('file-added', ({ id }) => uppy.setFileMeta(id, { size: uppy.getFile(id).size }));
      }
      const data = document.querySelector<HTMLInputElement>('#file')?.files?.[0];
      if (!data) throw new Error('No file was chosen.');
      uppy.addFile({ name: data.name, type: 'video/mp4', data });
      const { successful = [], failed = [] } = await uppy.upload();
      return { successful: successful.length, errors: failed.map(({ error }) => error) };
    },
    [options, tellSize] as const,
  );
}

/** The configuration of each major version: Uppy 5 sends a header, Uppy 6 cannot. */
const majors = [
  {
    major: 5,
    options: async () => ({
      endpoint: new URL('/v1/companion', fixture.cloud.hosted.api).href,
      headers: { authorization: `Bearer ${await fixture.cloud.tokenOf('uploader-a')}` },
    }),
  },
  {
    major: 6,
    options: async () => ({
      companionEndpoint: new URL(await client.companionPath(), fixture.cloud.hosted.api).href,
    }),
  },
] as const;

describe.each(majors)('An unmodified Uppy $major', ({ major, options }) => {
  const openPage = async () => {
    const page = await fixture.browser.newPage();
    await page.goto(`${PAGE_ORIGIN}/uppy-${major}.html`);
    return page;
  };

  it('uploads in parts, and the video is ready', async () => {
    const page = await openPage();
    const more = { ...(await options()), shouldUseMultipart: true };
    fixture.s3.injectFaults(undefined);
    expect(await byUppy(page, large, more)).toEqual({ successful: 1, errors: [] });
    expect(fixture.s3.puts.map(({ bytes }) => bytes).sort((a, b) => a - b)).toEqual([
      3 * MIB,
      5 * MIB,
      5 * MIB,
      5 * MIB,
    ]);
    const ended = await newestAtItsEnd();
    expect(ended).toMatchObject({ status: 'ready', fileName: 'large.mp4', size: 18 * MIB });
    await page.close();
  });

  it('uploads a small file in one request, and the video is ready', async () => {
    const page = await openPage();
    expect(await byUppy(page, small, await options())).toEqual({ successful: 1, errors: [] });
    expect(await newestAtItsEnd()).toMatchObject({ status: 'ready', fileName: 'small.mp4' });
    await page.close();
  });

  it('sends parts again that failed', async () => {
    const page = await openPage();
    fixture.s3.injectFaults((_, nth) => (nth === 2 ? { kind: 'refuse', status: 503 } : undefined));
    const more = { ...(await options()), shouldUseMultipart: true, retryDelays: [0, 100] };
    expect(await byUppy(page, large, more)).toEqual({ successful: 1, errors: [] });
    fixture.s3.injectFaults(undefined);
    expect(await newestAtItsEnd()).toMatchObject({ status: 'ready' });
    await page.close();
  });

  it('cannot exceed the limits', async () => {
    const page = await openPage();
    const before = await uploadsSoFar();
    for (const shouldUseMultipart of [true, false]) {
      const refused = await byUppy(page, tooLarge, { ...(await options()), shouldUseMultipart });
      expect(refused).toMatchObject({ successful: 0, errors: [expect.any(String)] });
    }
    expect(await uploadsSoFar()).toBe(before);
    await page.close();
  });

  it('gets an error that says what to configure when it sends no size', async () => {
    const page = await openPage();
    const more = { ...(await options()), shouldUseMultipart: true };
    const { successful, errors } = await byUppy(page, small, more, false);
    expect(successful).toBe(0);
    // Uppy 6 shows only the status.
    expect(errors[0]).toMatch(major === 5 ? /size/ : /./);
    await page.close();
  });
});

describe('An owner whose quota is used up', () => {
  it('cannot upload with any of these methods until quota is returned', async () => {
    const request = { fileName: 'film.mp4', contentType: 'video/mp4', size: film.length };
    const begun: string[] = [];
    for (;;) {
      const { status, body } = await client.ask<{ upload: Upload; code: string }>(
        'POST',
        '/v1/uploads',
        request,
      );
      if (status !== 201) {
        expect(body.code).toBe('quota_uploads_exceeded');
        break;
      }
      begun.push(body.upload.id);
    }
    for (const method of ['put', 'post']) {
      const refused = await client.ask('POST', '/v1/uploads', { ...request, method });
      expect(refused).toMatchObject({ status: 409, body: { code: 'quota_uploads_exceeded' } });
    }
    const tryAll = async (): Promise<number[]> => {
      const successes: number[] = [];
      for (const { major, options } of majors) {
        const page = await fixture.browser.newPage();
        await page.goto(`${PAGE_ORIGIN}/uppy-${major}.html`);
        for (const shouldUseMultipart of [true, false]) {
          const more = { ...(await options()), shouldUseMultipart };
          successes.push((await byUppy(page, small, more)).successful);
        }
        await page.close();
      }
      return successes;
    };
    expect(await tryAll()).toEqual([0, 0, 0, 0]);
    for (const id of begun) await client.ask('DELETE', `/v1/uploads/${id}`);
    expect(await tryAll()).toEqual([1, 1, 1, 1]);
  });
});

describe('A plain curl', () => {
  const curl = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)('curl', ['-sS', '-w', '%{http_code}', ...args]);
    return stdout;
  };
  const headersOf = (headers: object) =>
    Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);

  it('uploads a ready video with the presigned PUT, and only the announced file is accepted', async () => {
    const { upload, grant } = await client.createPut();
    const longer = await curl('-T', large, ...headersOf(grant.headers), grant.url);
    expect(longer).toMatch(/<Code>SignatureDoesNotMatch<.*403$/s);
    const otherType = { ...grant.headers, 'content-type': 'text/html' };
    expect(await curl('-T', small, ...headersOf(otherType), grant.url)).toMatch(/403$/);
    expect(await curl('-T', small, ...headersOf(grant.headers), grant.url)).toBe('200');
    expect(await curl('-T', small, ...headersOf(grant.headers), grant.url)).toMatch(/412$/);
    expect(await newestAtItsEnd()).toMatchObject({ id: upload.id, status: 'ready' });
  });

  it('gets no grant for a file over the limits', async () => {
    const response = await client.ask('POST', '/v1/uploads', {
      fileName: 'film.mp4',
      contentType: 'video/mp4',
      size: LIMIT + 1,
      method: 'put',
    });
    expect(response).toMatchObject({ status: 422, body: { code: 'file_too_large' } });
  });
});

describe('A form in a page without JavaScript', () => {
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

  /** The page that an app's server would render. */
  const openForm = async () => {
    const { upload, grant } = await client.createPost({ redirect: `${PAGE_ORIGIN}/done.html` });
    const fields = Object.entries(grant.fields).map(
      ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
    );
    fixture.pages.put('/form.html', {
      contentType: 'text/html',
      body: `<!doctype html><meta charset="utf-8"><title>Form</title>
        <form action="${escaped(grant.url)}" method="post" enctype="multipart/form-data">
        ${fields.join('\n')}
        <input type="file" name="${grant.fileField}"><button>Upload</button></form>
        <script>document.title = 'JavaScript runs'</script>`,
    });
    fixture.pages.put('/done.html', {
      contentType: 'text/html',
      body: '<!doctype html><title>Done</title>',
    });
    const context = await fixture.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${PAGE_ORIGIN}/form.html`);
    expect(await page.title()).toBe('Form');
    return { upload, page };
  };

  it('uploads a ready video, and the browser is redirected to the page that the app names', async () => {
    const { upload, page } = await openForm();
    await page.setInputFiles('input[type=file]', small);
    await page.click('button');
    await page.waitForURL(`${PAGE_ORIGIN}/done.html*`);
    expect(await newestAtItsEnd()).toMatchObject({ id: upload.id, status: 'ready' });
    await page.context().close();
  });

  it('accepts only the announced file', async () => {
    const { upload, page } = await openForm();
    await page.setInputFiles('input[type=file]', large);
    const [response] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.click('button'),
    ]);
    expect(response.status()).toBe(400);
    expect((await client.get(upload.id)).status).toBe('waiting');
    await page.context().close();
  });
});
