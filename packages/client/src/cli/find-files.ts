import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { UploadError } from '../upload-error.ts';

/** A file that is to be sent. */
export interface FoundFile {
  /** As it was named. */
  readonly given: string;
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Looks at every file before the first is sent; one that was named twice is sent once.
 *
 * @throws UploadError `file_unreadable`, naming the first that is none
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
  let facts: Awaited<ReturnType<typeof stat>>;
  try {
    facts = await stat(path);
  } catch (cause) {
    const absent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = absent ? `There is no file ${given}.` : `${given} cannot be read.`;
    throw new UploadError('file_unreadable', { message, cause });
  }
  if (facts.isFile()) return facts.size;
  const kind = facts.isDirectory() ? 'is a folder' : 'is not a regular file';
  throw new UploadError('file_unreadable', { message: `${given} ${kind}; name files.` });
}
