import type { Upload } from '../../../../core/contract/wire.ts';
import type { ApiOptions } from '../api.ts';
import type { ResumableQuery } from '../entry.ts';
import type { ResumeRecord, ResumeStore } from '../resume-record.ts';
import { UploadError } from '../upload-error.ts';
import type { ResumeOptions, Transfer, UploadOptions } from '../upload-options.ts';
import type { WatchOptions } from '../watch.ts';
import type { UploadCommand } from './arguments.ts';
import { atOnce } from './at-once.ts';
import { endOf, problemOf } from './end-of-upload.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import type { FileEnd, FileEvent, Reporter } from './file-event.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import type { Interruption } from './interruption.ts';

/** What the command line needs of the client. */
export interface UploadClient {
  upload(path: string, options: UploadOptions): Transfer;
  resumeUpload(record: ResumeRecord, options: ResumeOptions): Transfer;
  watch(uploadId: string, options: WatchOptions): Promise<Upload>;
  resumable(query: ResumableQuery): Promise<ResumeRecord[]>;
  forget(record: ResumeRecord, options: { readonly store?: ResumeStore }): Promise<void>;
  store(folder: string | undefined): ResumeStore;
}

export interface UploadContext {
  readonly client: UploadClient;
  readonly connection: Pick<ApiOptions, 'api' | 'getToken'>;
  readonly reporter: Reporter;
  readonly interruption: Interruption;
}

/** One file to send: begun anew, or a record to go on with. */
interface Task extends FoundFile {
  /** What is known of an unfinished upload of this path. */
  readonly record: ResumeRecord | undefined;
}

/** Sends files, follows them, and answers the exit code for all of them. */
export async function uploadFiles(
  command: UploadCommand,
  context: UploadContext,
): Promise<ExitCode> {
  const store = context.client.store(command.stateFolder);
  const known = await context.client.resumable({ api: context.connection.api, store });
  const { files, missing } =
    command.files.length > 0
      ? { files: await findFiles(command.files), missing: [] }
      : await filesOf(known);
  for (const { name, end } of missing) {
    context.reporter.file(name, end.totalBytes)({ kind: 'ended', end });
  }
  if (files.length + missing.length === 0) context.reporter.say('Nothing is unfinished.');
  const tasks = files.map((file) => ({
    ...file,
    record: known.find(({ path }) => path === file.path),
  }));
  const exits = await atOnce(tasks, command.atOnce, async (task) => {
    const tell = context.reporter.file(task.name, task.size);
    const end = await sendFile(task, command, context, store, tell);
    tell({ kind: 'ended', end });
    return end.exit;
  });
  return gravest([...exits, ...missing.map(({ end }) => end.exit)]);
}

/** One that was moved or deleted shall not keep the other unfinished uploads waiting. */
async function filesOf(known: readonly ResumeRecord[]) {
  const files = new Map<string, FoundFile>();
  const missing: { readonly name: string; readonly end: FileEnd }[] = [];
  for (const { path, uploadId: id, fileName: name, fingerprint } of known) {
    if (path === undefined || files.has(path)) continue;
    try {
      for (const file of await findFiles([path])) files.set(path, file);
    } catch (error) {
      const totalBytes = fingerprint.size;
      missing.push({
        name,
        end: { ...problemOf(error), id, status: 'failed_here', totalBytes },
      });
    }
  }
  return { files: [...files.values()], missing };
}

async function sendFile(
  task: Task,
  command: UploadCommand,
  context: UploadContext,
  store: ResumeStore,
  tell: (event: FileEvent) => void,
): Promise<FileEnd> {
  const { connection, interruption, client } = context;
  const { signal } = interruption;
  let id: string | undefined;
  let sent: Upload | undefined;
  try {
    signal.throwIfAborted();
    const transfer = begin(task, command, context, store, (event) => {
      if (event.kind === 'granted') id = event.id;
      tell(event);
    });
    sent = await transfer.done;
    if (!command.wait) {
      return { exit: EXIT.ok, id: sent.id, status: 'sent', totalBytes: task.size };
    }
    const tellStatus = ({ status, progress }: Upload) =>
      tell({ kind: 'processing', status, percent: progress.percent });
    tellStatus(sent);
    const watched = await client.watch(sent.id, { ...connection, signal, onChange: tellStatus });
    return endOf(watched);
  } catch (error) {
    if (signal.aborted) return interrupted(task, interruption.exit, sent, id);
    const gone = error instanceof UploadError && error.code === 'not_resumable';
    // Its upload has ended elsewhere: the next --resume need not stumble over it again.
    if (gone && task.record) await client.forget(task.record, { store });
    return { ...problemOf(error), id, status: 'failed_here', totalBytes: task.size };
  }
}

function begin(
  task: Task,
  command: UploadCommand,
  { client, connection, interruption }: UploadContext,
  store: ResumeStore,
  tell: (event: FileEvent) => void,
): Transfer {
  const options: ResumeOptions = {
    getToken: connection.getToken,
    signal: interruption.signal,
    store,
    ...(command.concurrency && { concurrency: command.concurrency }),
    onGranted: ({ id }) => tell({ kind: 'granted', id, resumed: id === task.record?.uploadId }),
    onProgress: ({ state, ...amounts }) => {
      if (isSending(state)) tell({ kind: 'sending', state, ...amounts });
    },
  };
  if (command.beginning === 'resume') {
    if (task.record) return client.resumeUpload(task.record, options);
    throw new UploadError('not_resumable', {
      message: `Nothing is known of an unfinished upload of ${task.given}.`,
    });
  }
  return client.upload(task.path, {
    ...options,
    api: connection.api,
    fileName: task.name,
    ...(command.contentType && { contentType: command.contentType }),
    metadata: command.metadata,
    resume: command.beginning === 'either',
  });
}

const SENDING = ['preparing', 'uploading', 'waiting', 'paused', 'completing'] as const;

function isSending(state: string): state is (typeof SENDING)[number] {
  return (SENDING as readonly string[]).includes(state);
}

/** Ctrl-C: what it means depends on whether the bytes had arrived. */
function interrupted(
  { given, size }: Task,
  exit: ExitCode,
  sent: Upload | undefined,
  id: string | undefined,
): FileEnd {
  const end = { exit, id, status: 'stopped', totalBytes: size } as const;
  if (sent) {
    return {
      ...end,
      problem: {
        code: 'aborted',
        sentence: 'Every byte has arrived; its processing goes on without this command.',
        next: `Look at it: reelgate status ${sent.id}`,
        retryable: true,
      },
    };
  }
  return {
    ...end,
    problem: {
      code: 'aborted',
      sentence: id ? 'Stopped; what has arrived is kept.' : 'Not begun.',
      next: id ? `Go on with it: reelgate upload --resume ${quoted(given)}` : undefined,
      retryable: true,
    },
  };
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
