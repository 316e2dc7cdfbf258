import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { UploadError } from '../upload-error.ts';

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
