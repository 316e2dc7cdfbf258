import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { reasons } from '../../../../core/contract/reasons.ts';
import { SNIFF_BYTES, sniff } from '../../../../core/media/sniff.ts';
import { UploadError } from '../upload-error.ts';
import { EXIT } from './exit-code.ts';
import type { FileEnd } from './file-event.ts';

/** A file to upload. */
export interface FoundFile {
  /** As the user named it. */
  readonly given: string;
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Looks at every file before the first one is sent. A file that is named twice is returned once.
 *
 * @throws UploadError `file_unreadable`, for the first one that is not a file
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const given of paths) {
    const path = resolve(given);
    found.set(path, { given, path, name: basename(path), size: await sizeOf(given, path) });
  }
  return [...found.values()];
}

async function sizeOf(given: string, path: string): Promise<number> {
  let stats: Awaited<ReturnType<typeof stat>>;
  try {
    stats = await stat(path);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? `There is no file ${given}.` : `${given} cannot be read.`;
    throw new UploadError('file_unreadable', { message, cause });
  }
  if (stats.isFile()) return stats.size;
  const kind = stats.isDirectory() ? 'is a folder' : 'is not a regular file';
  throw new UploadError('file_unreadable', { message: `${given} ${kind}. Name a file.` });
}

/** Refusals that hold for every deployment. Which containers are accepted is for the service to say. */
const CERTAIN_REFUSALS = ['empty_file', 'not_a_video', 'playlist_not_video'] as const;

/**
 * Checks the first bytes of a file by the rules of the service, so that no byte is sent of a file that is certainly
 * not a video.
 *
 * @returns how the file ended; undefined if it may be a video
 * @throws UploadError `file_unreadable`
 */
export async function endOfNonVideo(file: FoundFile): Promise<FileEnd | undefined> {
  const sniffed = sniff(await firstBytes(file));
  if (!('refused' in sniffed)) return undefined;
  const { detail } = sniffed.refused;
  const code = CERTAIN_REFUSALS.find((refusal) => refusal === sniffed.refused.code);
  if (code === undefined) return undefined;
  const { sentence, next, retryable } = reasons[code];
  return {
    exit: EXIT.file,
    id: undefined,
    status: 'not_sent',
    totalBytes: file.size,
    problem: { code, sentence: `${sentence} ${detail ?? ''}`.trim(), next, retryable },
  };
}

async function firstBytes({ given, path }: FoundFile): Promise<Uint8Array> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new UploadError('file_unreadable', { message: `${given} cannot be read.`, cause });
  } finally {
    await handle?.close();
  }
}
