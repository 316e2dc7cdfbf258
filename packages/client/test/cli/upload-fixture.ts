import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Upload } from '../../../../core/contract/wire.ts';
import type { UploadCommand } from '../../src/cli/command.ts';
import type { FileEvent } from '../../src/cli/file-event.ts';
import type { CliClient } from '../../src/cli/upload-context.ts';
import { uploadFiles } from '../../src/cli/upload-files.ts';
import type { Progress } from '../../src/progress.ts';
import type { ResumeRecord } from '../../src/resume-record.ts';
import type { Transfer, UploadOptions } from '../../src/upload-options.ts';

export const API = 'https://api.example.com/';
export const ID = '01980000-0000-7000-8000-000000000001';

/** The first bytes of an MP4 file. */
const FILM = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1');

export let folder: string;

/** Creates a folder with three videos before the tests of a file, and deletes it afterwards. */
export function useVideoFolder(): void {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reelgate-cli-'));
    for (const name of ['a.mp4', 'b.mp4', "it's.mp4"]) {
      writeFileSync(join(folder, name), FILM);
    }
    mkdirSync(join(folder, 'folder'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
}

export const at = (name: string) => join(folder, name);

export function command(more: Partial<UploadCommand>): UploadCommand {
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

export const uploadIn = (status: Upload['status'], reason?: Upload['reason']): Upload => ({
  id: ID,
  status,
  fileName: 'a.mp4',
  displayName: 'a.mp4',
  contentType: 'video/mp4',
  size: FILM.length,
  metadata: {},
  method: 'multipart',
  visibility: 'private',
  parts: { size: 8_388_608, count: 1 },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  progress: { percent: 50 },
  attempt: 1,
  timeline: [],
  ...(reason && { reason }),
});

export const record = (name: string): ResumeRecord => ({
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
export async function run(given: UploadCommand, scenario: Scenario) {
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
