import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Upload } from '../../../../core/contract/wire.ts';
import type { UploadCommand } from '../../src/cli/arguments.ts';
import type { FileEvent } from '../../src/cli/file-event.ts';
import { TokenError } from '../../src/cli/token-source.ts';
import { type UploadClient, uploadFiles } from '../../src/cli/upload-files.ts';
import type { Progress } from '../../src/progress.ts';
import type { ResumeRecord } from '../../src/resume-record.ts';
import { UploadError } from '../../src/upload-error.ts';
import type { Transfer, UploadOptions } from '../../src/upload-options.ts';

const API = 'https://api.example.com/';
const ID = '01980000-0000-7000-8000-000000000001';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reelgate-cli-'));
  for (const name of ['a.mp4', 'b.mp4', "it's.mp4"]) writeFileSync(join(folder, name), 'film');
  mkdirSync(join(folder, 'folder'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

function command(more: Partial<UploadCommand>): UploadCommand {
  return {
    kind: 'upload',
    files: [at('a.mp4')],
    beginning: 'either',
    wait: true,
    atOnce: 2,
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
  size: 4,
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
  fingerprint: { name, size: 4, sample: '' },
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
  partsOnTheWay: 1,
  resumable: true,
};

interface Script {
  readonly sent?: (path: string, options: UploadOptions) => Promise<Upload>;
  readonly watched?: () => Promise<Upload>;
  readonly records?: readonly ResumeRecord[];
}

/** Runs the command against a client that does as the script says. */
async function perform(given: UploadCommand, script: Script) {
  const events = new Map<string, FileEvent[]>();
  const said: string[] = [];
  const forgotten: string[] = [];
  const begun: { path: string; resumed: string | undefined; options: UploadOptions }[] = [];
  const stop = new AbortController();
  const transfer = (path: string, options: UploadOptions, resumed?: string): Transfer => {
    begun.push({ path, options, resumed });
    options.onGranted?.(uploadIn('waiting'));
    options.onProgress?.(progress);
    const done = (script.sent ?? (async () => uploadIn('uploaded')))(path, options);
    const never = () => {
      throw new Error('The command line pauses by its signal.');
    };
    return { done, uploadId: ID, progress, pause: never, resume: never, cancel: never };
  };
  const client: UploadClient = {
    upload: transfer,
    resumeUpload: (kept, options) => transfer(kept.path ?? '', { api: API, ...options }, kept.id),
    watch: script.watched ?? (async () => uploadIn('ready')),
    resumable: async ({ api }) => (script.records ?? []).filter((kept) => kept.api === api),
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
      say: (line) => said.push(line),
      close: () => undefined,
    },
  });
  const endOf = (name: string) => {
    const last = events.get(name)?.at(-1);
    return last?.kind === 'ended' ? last.end : undefined;
  };
  return { exit, begun, said, forgotten, events, endOf };
}

describe('Files', () => {
  it('are followed until they are ready', async () => {
    const { exit, events } = await perform(command({}), {});
    expect(exit).toBe(0);
    expect(events.get('a.mp4')).toMatchObject([
      { kind: 'granted', id: ID, resumed: false },
      { kind: 'sending', state: 'uploading', sentBytes: 2 },
      { kind: 'processing', status: 'uploaded' },
      { kind: 'ended', end: { exit: 0, status: 'ready', id: ID } },
    ]);
  });

  it('are let go once they are sent where nobody waits', async () => {
    const { exit, endOf } = await perform(command({ wait: false }), {
      watched: () => Promise.reject(new Error('Watched all the same.')),
    });
    expect(exit).toBe(0);
    expect(endOf('a.mp4')).toMatchObject({ status: 'sent' });
  });

  it('are looked at before the first is sent', async () => {
    for (const [name, words] of [
      ['none.mp4', 'There is no file'],
      ['folder', 'is a folder'],
    ] as const) {
      const failing = perform(command({ files: [at('a.mp4'), at(name)] }), {});
      await expect(failing).rejects.toMatchObject({ code: 'file_unreadable' });
      await expect(failing).rejects.toThrow(words);
    }
  });

  it('that are named twice are sent once', async () => {
    const { begun } = await perform(command({ files: [at('a.mp4'), at('./a.mp4')] }), {});
    expect(begun).toHaveLength(1);
  });

  it('do not wait for each other, and the gravest end is the exit code', async () => {
    const { exit, endOf } = await perform(command({ files: [at('a.mp4'), at('b.mp4')] }), {
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

describe('What went wrong', () => {
  const reason = {
    code: 'not_a_video',
    sentence: 'The file is not a video.',
    next: 'Choose another file.',
    retryable: false,
    detail: 'It is text.',
  };
  it('with the file itself is 3, with the service’s own words', async () => {
    const { exit, endOf } = await perform(command({}), {
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

  it('with fields of the request is told field by field', async () => {
    const problem = {
      type: 'urn:reelgate:problem:invalid_request',
      title: 'The request has fields that are not valid.',
      status: 422,
      code: 'invalid_request',
      next: 'Correct the request, then send it again.',
      retryable: false,
      errors: [{ pointer: '/metadata/a b', code: 'invalid_key', detail: 'is no name' }],
    };
    const { endOf } = await perform(command({}), {
      sent: () => Promise.reject(new UploadError('invalid_request', { status: 422, problem })),
    });
    expect(endOf('a.mp4')?.problem?.sentence).toBe(
      'The request has fields that are not valid. /metadata/a b is no name',
    );
  });

  it('with the token is told by the command that should have printed it', async () => {
    const cause = new TokenError('The token command ended with exit code 1.');
    const { exit, endOf } = await perform(command({}), {
      sent: () => Promise.reject(new UploadError('unauthenticated', { cause })),
    });
    expect(exit).toBe(4);
    expect(endOf('a.mp4')?.problem?.sentence).toBe(cause.message);
  });

  it.each([
    [new UploadError('network'), 4],
    [new UploadError('unauthenticated', { status: 401 }), 4],
    [new TokenError('The token command ended with exit code 1.'), 4],
    [new UploadError('file_too_large', { status: 422 }), 3],
    [new UploadError('checksum_mismatch', { status: 422 }), 3],
    [new UploadError('file_unreadable'), 5],
    [new RangeError('A fault of ours.'), 1],
  ])('is told apart by the exit code: %s', async (error, expected) => {
    const { exit } = await perform(command({}), { sent: () => Promise.reject(error) });
    expect(exit).toBe(expected);
  });
});

describe('Unfinished uploads', () => {
  it('are gone on with where the very same file is known', async () => {
    const { begun, events } = await perform(command({}), { records: [record('a.mp4')] });
    expect(begun[0]?.options.resume).toBe(true);
    expect(events.get('a.mp4')?.[0]).toMatchObject({ kind: 'granted', resumed: true });
  });

  it('are left alone with --fresh', async () => {
    const { begun } = await perform(command({ beginning: 'fresh' }), {
      records: [record('a.mp4')],
    });
    expect(begun[0]?.options.resume).toBe(false);
  });

  it('are all gone on with by --resume alone, those of this API', async () => {
    const { begun } = await perform(command({ files: [], beginning: 'resume' }), {
      records: [record('a.mp4'), { ...record('b.mp4'), api: 'https://other.example.com' }],
    });
    expect(begun.map(({ resumed }) => resumed)).toEqual(['record-of-a.mp4']);
  });

  it('must be there for --resume FILE', async () => {
    const { exit, endOf } = await perform(command({ beginning: 'resume' }), {});
    expect(exit).toBe(5);
    expect(endOf('a.mp4')?.problem?.code).toBe('not_resumable');
  });

  it('that have ended elsewhere are forgotten', async () => {
    const { exit, forgotten } = await perform(command({ files: [], beginning: 'resume' }), {
      records: [record('a.mp4')],
      sent: () => Promise.reject(new UploadError('not_resumable')),
    });
    expect([exit, forgotten]).toEqual([5, ['record-of-a.mp4']]);
  });

  it('go on although the file of another one is gone', async () => {
    const { exit, begun, endOf } = await perform(command({ files: [], beginning: 'resume' }), {
      records: [record('moved.mp4'), record('a.mp4')],
    });
    expect(begun.map(({ resumed }) => resumed)).toEqual(['record-of-a.mp4']);
    expect(endOf('moved.mp4')).toMatchObject({ id: ID, problem: { code: 'file_unreadable' } });
    expect(exit).toBe(5);
  });

  it('that are none are said to be none', async () => {
    const { exit, said } = await perform(command({ files: [], beginning: 'resume' }), {});
    expect([exit, said]).toEqual([0, ['Nothing is unfinished.']]);
  });
});
