import type { Upload } from '../../../../core/contract/wire.ts';
import type { ResumeRecord, ResumeStore } from '../resume-record.ts';
import { UploadError } from '../upload-error.ts';
import type { ResumeOptions, Transfer } from '../upload-options.ts';
import type { UploadCommand } from './command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fileEnd } from './file-end.ts';
import type { FileEnd, FileEvent } from './file-event.ts';
import type { FoundFile } from './find-files.ts';
import { problemOf } from './problem-of.ts';
import type { UploadContext } from './upload-context.ts';

/** A file to upload, and its unfinished upload. */
export interface FileTask extends FoundFile {
  /** The resume record of this path. */
  readonly record: ResumeRecord | undefined;
}

/** Uploads one file and waits for its processing, unless the command says not to. Never throws. */
export async function uploadOneFile(
  task: FileTask,
  command: UploadCommand,
  context: UploadContext,
  store: ResumeStore,
  report: (event: FileEvent) => void,
): Promise<FileEnd> {
  const { connection, interruption, client } = context;
  const { signal } = interruption;
  let id: string | undefined;
  let sent: Upload | undefined;
  try {
    signal.throwIfAborted();
    const transfer = startTransfer(task, command, context, store, (event) => {
      if (event.kind === 'granted') id = event.id;
      report(event);
    });
    sent = await transfer.done;
    if (!command.wait) {
      return { exit: EXIT.ok, id: sent.id, status: 'sent', totalBytes: task.size };
    }
    const reportStatus = ({ status, progress }: Upload) =>
      report({
        kind: 'processing',
        status,
        percent: progress.percent,
        ...(progress.queue && { queue: progress.queue }),
      });
    reportStatus(sent);
    const watched = await client.watch(sent.id, { ...connection, signal, onChange: reportStatus });
    return fileEnd(watched);
  } catch (error) {
    if (signal.aborted) return interruptedEnd(task, interruption.exit, sent, id);
    const isEnded = error instanceof UploadError && error.code === 'not_resumable';
    // Its upload has ended elsewhere: the next --resume must not find it again.
    if (isEnded && task.record) await client.forget(task.record, { store });
    return failedEnd(task, error, connection.api, sent, id);
  }
}

function startTransfer(
  task: FileTask,
  command: UploadCommand,
  { client, connection, interruption }: UploadContext,
  store: ResumeStore,
  report: (event: FileEvent) => void,
): Transfer {
  const options: ResumeOptions = {
    getToken: connection.getToken,
    signal: interruption.signal,
    store,
    ...(command.concurrency && { concurrency: command.concurrency }),
    onGranted: ({ id }) => report({ kind: 'granted', id, resumed: id === task.record?.uploadId }),
    onProgress: ({ state, sentBytes, totalBytes, bytesPerSecond, secondsLeft, lastFailure }) => {
      if (!isSending(state)) return;
      report({
        kind: 'sending',
        state,
        sentBytes,
        totalBytes,
        bytesPerSecond,
        secondsLeft,
        ...(lastFailure && { problem: lastFailure.message }),
      });
    },
  };
  if (command.start === 'resume') {
    if (task.record) return client.resumeUpload(task.record, options);
    throw new UploadError('not_resumable', {
      message: `There is no unfinished upload of ${task.given}.`,
    });
  }
  return client.upload(task.path, {
    ...options,
    api: connection.api,
    fileName: task.name,
    ...(command.contentType && { contentType: command.contentType }),
    metadata: command.metadata,
    resume: command.start === 'either',
  });
}

const SENDING_STATES = ['preparing', 'uploading', 'waiting', 'paused', 'completing'] as const;

function isSending(state: string): state is (typeof SENDING_STATES)[number] {
  return (SENDING_STATES as readonly string[]).includes(state);
}

/** After an error. If the upload exists and can be resumed, `next` says how. */
function failedEnd(
  { given, size }: FileTask,
  error: unknown,
  api: string,
  sent: Upload | undefined,
  id: string | undefined,
): FileEnd {
  const { exit, problem } = problemOf(error, api);
  const isResumable = id !== undefined && !sent && (problem.retryable || exit === EXIT.unreachable);
  const steps = [
    problem.next,
    isResumable ? `Resume it with: ${resumeCommand(given)}` : undefined,
    sent ? `See how its processing ended: reelgate status ${sent.id}` : undefined,
  ];
  const next = steps.filter((step) => step !== undefined).join(' ') || undefined;
  return { exit, id, status: 'not_sent', totalBytes: size, problem: { ...problem, next } };
}

/** After Ctrl-C: what it means depends on whether all bytes were sent. */
function interruptedEnd(
  { given, size }: FileTask,
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
        sentence: 'All bytes are sent. Processing continues without this command.',
        next: `See how it ended: reelgate status ${sent.id}`,
        retryable: true,
      },
    };
  }
  return {
    ...end,
    problem: {
      code: 'aborted',
      sentence: id ? 'Stopped. The parts that were sent are kept.' : 'Not started.',
      next: id ? `Resume it with: ${resumeCommand(given)}` : undefined,
      retryable: true,
    },
  };
}

function resumeCommand(given: string): string {
  return `reelgate upload --resume ${quoted(given)}`;
}

/** As one word for a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
