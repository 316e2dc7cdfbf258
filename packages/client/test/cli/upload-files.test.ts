import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Upload } from '../../../../core/contract/wire.ts';
import type { UploadCommand } from '../../src/cli/command.ts';
import type { FileEvent } from '../../src/cli/file-event.ts';
import { TokenError } from '../../src/cli/token-source.ts';
import type { CliClient } from '../../src/cli/upload-context.ts';
import { uploadFiles } from '../../src/cli/upload-files.ts';
import type { Progress } from '../../src/progress.ts';
import type { ResumeRecord } from '../../src/resume-record.ts';
import { UploadError } from '../../src/upload-error.ts';
import type { Transfer, UploadOptions } from '../../src/upload-options.ts';

const API = 'https://api.example.com/';
const ID = '01980000-0000-7000-8000-000000000001';

/** The first bytes of an MP4 file. */
const FILM = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-cli-'));
  for (const name of ['a.mp4', 'b.mp4', "it's.mp4"]) {
    writeFileSync(join(folder, name), FILM);
  }
  mkdirSync(join(folder, 'folder'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

function command(more: Partial<UploadCommand>): UploadCommand {
  return {
    kind: 'upload',
    files: [at('a.mp4')],
    start: 'either',
    wait: true,
    filesAtOnce: 2,
    concurrency: undefined,
    contentType: undefined,
    metadata: {},
    stateFolder: undefined,
    json: false,
    connection: { api: API, token: { token: 'abc' } },
    ...more,
  };
}

const uploadIn = (status: Upload['status'], reason?: Upload['reason']): Upload => ({
  id: ID,
  status,
  fileName: 'a.mp4',
  displayName: 'a.mp4',
  contentType: 'video/mp4',
  size: FILM.length,
  metadata: {},
  method: 'multipart',
  parts: { size: 8_388_608, count: 1 },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  progress: { percent: 50 },
  timeline: [],
  ...(reason && { reason }),
});

const record = (name: string): ResumeRecord => ({
  version: 1,
  id: `record-of-${name}`,
  api: API,
  uploadId: ID,
  fileName: name,
  contentType: 'video/mp4',
  fingerprint: { name, size: FILM.length, sample: '' },
  createdAt: '2026-01-01T00:00:00.000Z',
  parts: [],
  path: at(name),
});

const progress: Progress = {
  state: 'uploading',
  sentBytes: 2,
  totalBytes: 4,
  bytesPerSecond: 1,
  secondsLeft: 2,
  activeParts: 1,
  resumable: true,
  lastFailure: undefined,
};

interface Scenario {
  readonly sent?: (path: string, options: UploadOptions) => Promise<Upload>;
  readonly watched?: () => Promise<Upload>;
  readonly records?: readonly ResumeRecord[];
}

/** Runs the command with a client that behaves as the scenario says. */
async function run(given: UploadCommand, scenario: Scenario) {
  const events = new Map<string, FileEvent[]>();
  const lines: string[] = [];
  const forgotten: string[] = [];
  const started: { path: string; resumed: string | undefined; options: UploadOptions }[] = [];
  const stop = new AbortController();
  const transfer = (path: string, options: UploadOptions, resumed?: string): Transfer => {
    started.push({ path, options, resumed });
    options.onGranted?.(uploadIn('waiting'));
    options.onProgress?.(progress);
    const done = (scenario.sent ?? (async () => uploadIn('uploaded')))(path, options);
    const never = () => {
      throw new Error('The command line uses its signal.');
    };
    return { done, uploadId: ID, progress, pause: never, resume: never, cancel: never };
  };
  const client: CliClient = {
    upload: transfer,
    resumeUpload: (kept, options) => transfer(kept.path ?? '', { api: API, ...options }, kept.id),
    watch: scenario.watched ?? (async () => uploadIn('ready')),
    resumable: async ({ api }) => (scenario.records ?? []).filter((kept) => kept.api === api),
    forget: async ({ id }) => void forgotten.push(id),
    store: () => ({
      list: async () => [],
      put: async () => undefined,
      addPart: async () => undefined,
      remove: async () => undefined,
      claim: async () => () => undefined,
    }),
  };
  const exit = await uploadFiles(given, {
    client,
    connection: { api: API, getToken: () => 'abc' },
    interruption: { signal: stop.signal, exit: 130 },
    reporter: {
      file(name) {
        const list: FileEvent[] = [];
        events.set(name, list);
        return (event) => list.push(event);
      },
      say: (line) => lines.push(line),
      close: () => undefined,
    },
  });
  const endOf = (name: string) => {
    const last = events.get(name)?.at(-1);
    return last?.kind === 'ended' ? last.end : undefined;
  };
  return { exit, started, lines, forgotten, events, endOf };
}

describe('reelgate upload', () => {
  it('waits until the files are ready', async () => {
    const { exit, events } = await run(command({}), {});
    expect(exit).toBe(0);
    expect(events.get('a.mp4')).toMatchObject([
      { kind: 'granted', id: ID, resumed: false },
      { kind: 'sending', state: 'uploading', sentBytes: 2 },
      { kind: 'processing', status: 'uploaded' },
      { kind: 'ended', end: { exit: 0, status: 'ready', id: ID } },
    ]);
  });

  it('ends when the bytes are sent with --no-wait', async () => {
    const { exit, endOf } = await run(command({ wait: false }), {
      watched: () => Promise.reject(new Error('It was watched.')),
    });
    expect(exit).toBe(0);
    expect(endOf('a.mp4')).toMatchObject({ status: 'sent' });
  });

  it('looks at every file before it sends the first one', async () => {
    for (const [name, words] of [
      ['none.mp4', 'There is no file'],
      ['folder', 'is a folder'],
    ] as const) {
      const failing = run(command({ files: [at('a.mp4'), at(name)] }), {});
      await expect(failing).rejects.toMatchObject({ code: 'file_unreadable' });
      await expect(failing).rejects.toThrow(words);
    }
  });

  it('sends a file once that is named twice', async () => {
    const { started } = await run(command({ files: [at('a.mp4'), at('./a.mp4')] }), {});
    expect(started).toHaveLength(1);
  });

  it('continues after a failed file, and returns the most severe exit code', async () => {
    const { exit, endOf } = await run(command({ files: [at('a.mp4'), at('b.mp4')] }), {
      sent: async (path) => {
        if (path.endsWith('a.mp4')) throw new UploadError('file_changed');
        return uploadIn('uploaded');
      },
    });
    expect(exit).toBe(5);
    expect(endOf('a.mp4')).toMatchObject({ exit: 5, problem: { code: 'file_changed' } });
    expect(endOf('b.mp4')).toMatchObject({ exit: 0, status: 'ready' });
  });
});

describe('An error', () => {
  const reason = {
    code: 'not_a_video',
    sentence: 'The file is not a video.',
    next: 'Choose another file.',
    retryable: false,
    detail: 'It is text.',
  };
  it('of the file that the service finds has the exit code 3 and the service’s words', async () => {
    const { exit, endOf } = await run(command({}), {
      watched: async () => uploadIn('rejected', reason),
    });
    expect(exit).toBe(3);
    expect(endOf('a.mp4')?.problem).toEqual({
      code: 'not_a_video',
      sentence: 'The file is not a video. It is text.',
      next: 'Choose another file.',
      retryable: false,
    });
  });

  it('of the request names every invalid field', async () => {
    const problem = {
      type: 'urn:reelgate:problem:invalid_request',
      title: 'The request has fields that are not valid.',
      status: 422,
      code: 'invalid_request',
      next: 'Correct the request, then send it again.',
      retryable: false,
      errors: [{ pointer: '/metadata/a b', code: 'invalid_key', detail: 'is no name' }],
    };
    const { endOf } = await run(command({}), {
      sent: () => Promise.reject(new UploadError('invalid_request', { status: 422, problem })),
    });
    expect(endOf('a.mp4')?.problem?.sentence).toBe(
      'The request has fields that are not valid. /metadata/a b is no name',
    );
  });

  it('of the token has the message of the token command', async () => {
    const cause = new TokenError('The token command failed with exit code 1.');
    const { exit, endOf } = await run(command({}), {
      sent: () => Promise.reject(new UploadError('unauthenticated', { cause })),
    });
    expect(exit).toBe(4);
    expect(endOf('a.mp4')?.problem?.sentence).toBe(cause.message);
  });

  it.each([
    [new UploadError('network'), 4],
    [new UploadError('unauthenticated', { status: 401 }), 4],
    [new TokenError('The token command failed with exit code 1.'), 4],
    [new UploadError('file_too_large', { status: 422 }), 3],
    [new UploadError('checksum_mismatch', { status: 422 }), 3],
    [new UploadError('file_unreadable'), 5],
    [new RangeError('A bug.'), 1],
  ])('has an exit code by its kind: %s', async (error, expected) => {
    const { exit } = await run(command({}), { sent: () => Promise.reject(error) });
    expect(exit).toBe(expected);
  });
});

describe('A file that is not a video', () => {
  it.each([
    ['notes.txt', 'Only a few notes.', 'not_a_video', 'The file is not a video. The file is text.'],
    ['empty.mp4', '', 'empty_file', 'The file is empty. The file has 0 bytes.'],
    ['list.m3u8', '#EXTM3U', 'playlist_not_video', 'The file is a playlist'],
    ['photo.jpg', '\xff\xd8\xff', 'not_a_video', 'The file is a JPEG image.'],
  ])('is not sent: %s', async (name, text, code, sentence) => {
    writeFileSync(at(name), text, 'latin1');
    const { exit, started, endOf } = await run(command({ files: [at(name)] }), {});
    expect([exit, started]).toEqual([5, []]);
    expect(endOf(name)).toMatchObject({
      status: 'not_sent',
      problem: { code, sentence: expect.stringContaining(sentence) },
    });
  });

  it('is sent if only this deployment can say whether it is accepted', async () => {
    writeFileSync(at('old.flv'), 'FLV\x01', 'latin1');
    const { started } = await run(command({ files: [at('old.flv')] }), {});
    expect(started).toHaveLength(1);
  });
});

describe('An API that is not there', () => {
  const noServer = (code: string) =>
    new UploadError('network', {
      cause: new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }),
    });

  it.each([
    ['ECONNREFUSED', `There is no reelgate API at ${API}: nothing listens on that port.`],
    ['ENOTFOUND', `There is no reelgate API at ${API}: the host name is unknown.`],
    ['ETIMEDOUT', 'The network is down.'],
  ])('is reported by its cause: %s', async (code, sentence) => {
    const { exit, endOf } = await run(command({}), { sent: () => Promise.reject(noServer(code)) });
    expect(exit).toBe(4);
    expect(endOf('a.mp4')?.problem).toMatchObject({ code: 'network', sentence });
  });

  it('is not meant by a part whose connection was refused', async () => {
    const { cause } = noServer('ECONNREFUSED');
    const error = new UploadError('network', { cause, partNumber: 1, message: 'Part 1: refused' });
    const { endOf } = await run(command({}), { sent: () => Promise.reject(error) });
    expect(endOf('a.mp4')?.problem?.sentence).toBe('Part 1: refused');
  });

  it.each(['invalid_response', 'route_not_found'])('is reported as it is: %s', async (code) => {
    const message = `There is no reelgate API at ${API}. It responds 404: x`;
    const error = new UploadError(code, { status: 404, message });
    const { exit, endOf } = await run(command({}), { sent: () => Promise.reject(error) });
    expect(exit).toBe(4);
    expect(endOf('a.mp4')?.problem).toMatchObject({
      sentence: message,
      next: expect.stringContaining('Check --api'),
    });
  });
});

describe('An upload that ends with an error', () => {
  it('says how to resume it if a new attempt can succeed, for example with a new token', async () => {
    for (const error of [
      new UploadError('unauthenticated', { status: 401 }),
      new UploadError('storage_refused', { status: 500, retryable: true, partNumber: 1 }),
    ]) {
      const { endOf } = await run(command({}), { sent: () => Promise.reject(error) });
      expect(endOf('a.mp4')?.problem?.next).toContain(
        `Resume it with: reelgate upload --resume ${at('a.mp4')}`,
      );
    }
    const { endOf } = await run(command({}), {
      sent: () => Promise.reject(new UploadError('file_too_large', { status: 422 })),
    });
    expect(endOf('a.mp4')?.problem?.next).not.toContain('Resume it with');
  });

  it('after all bytes are sent says how to see its status', async () => {
    const { endOf } = await run(command({}), {
      watched: () => Promise.reject(new UploadError('network')),
    });
    expect(endOf('a.mp4')?.problem?.next).toContain(`reelgate status ${ID}`);
  });
});

describe('Unfinished uploads', () => {
  it('are resumed if the file is the same', async () => {
    const { started, events } = await run(command({}), { records: [record('a.mp4')] });
    expect(started[0]?.options.resume).toBe(true);
    expect(events.get('a.mp4')?.[0]).toMatchObject({ kind: 'granted', resumed: true });
  });

  it('are not resumed with --fresh', async () => {
    const { started } = await run(command({ start: 'fresh' }), {
      records: [record('a.mp4')],
    });
    expect(started[0]?.options.resume).toBe(false);
  });

  it('of this API are all resumed by --resume', async () => {
    const { started } = await run(command({ files: [], start: 'resume' }), {
      records: [record('a.mp4'), { ...record('b.mp4'), api: 'https://other.example.com' }],
    });
    expect(started.map(({ resumed }) => resumed)).toEqual(['record-of-a.mp4']);
  });

  it('must exist for --resume FILE', async () => {
    const { exit, endOf } = await run(command({ start: 'resume' }), {});
    expect(exit).toBe(5);
    expect(endOf('a.mp4')?.problem?.code).toBe('not_resumable');
  });

  it('that have ended elsewhere are forgotten', async () => {
    const { exit, forgotten } = await run(command({ files: [], start: 'resume' }), {
      records: [record('a.mp4')],
      sent: () => Promise.reject(new UploadError('not_resumable')),
    });
    expect([exit, forgotten]).toEqual([5, ['record-of-a.mp4']]);
  });

  it('are resumed although the file of another one is missing', async () => {
    const { exit, started, endOf } = await run(command({ files: [], start: 'resume' }), {
      records: [record('moved.mp4'), record('a.mp4')],
    });
    expect(started.map(({ resumed }) => resumed)).toEqual(['record-of-a.mp4']);
    expect(endOf('moved.mp4')).toMatchObject({ id: ID, problem: { code: 'file_unreadable' } });
    expect(exit).toBe(5);
  });

  it('may not exist', async () => {
    const { exit, lines } = await run(command({ files: [], start: 'resume' }), {});
    expect([exit, lines]).toEqual([0, ['There is no unfinished upload.']]);
  });
});
