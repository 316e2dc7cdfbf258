import { mkdirSync, readdirSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from './blob-writer.ts';

const READ_BYTES = 512 * 1024;
const FOLDERS = 256;

export interface BlobRange {
  readonly blob: string;
  /** First byte, counted from 0. */
  readonly from: number;
  /** Number of bytes. */
  readonly length: number;
}

/**
 * The bytes of objects and parts, one file each, in 256 folders. A file is valid only if a committed row of
 * the database refers to it. Files that a killed process has left are deleted at the next start, so nothing
 * has to be renamed or synced.
 */
export class Blobs {
  readonly #directory: string;
  readonly #newId: () => string;
  /** The number of readers of each blob. A deleted blob is removed after its last reader. */
  readonly #readers = new Map<string, number>();
  readonly #deleteAfterReading = new Set<string>();

  constructor(directory: string, newId: () => string) {
    this.#directory = directory;
    this.#newId = newId;
    for (let index = 0; index < FOLDERS; index++) {
      mkdirSync(join(directory, folder(index)), { recursive: true });
    }
  }

  /**
   * Writes the source and returns the name of the new blob. `observe` gets all bytes in order, in buffers
   * that are reused; `verify` is called at the end. If anything throws, no file remains.
   */
  async write(
    source: AsyncIterable<Uint8Array>,
    observe: (bytes: Uint8Array) => void,
    verify: () => void,
  ): Promise<string> {
    const blob = this.#name();
    const file = await open(this.#path(blob), 'wx');
    try {
      await writeAll(file, source, observe);
      verify();
      await file.close();
      return blob;
    } catch (error) {
      await file.close();
      await rm(this.#path(blob), { force: true });
      throw error;
    }
  }

  /** Creates a hard link, so that copying an object copies no data. */
  async duplicate(blob: string): Promise<string> {
    const name = this.#name();
    await link(this.#path(blob), this.#path(name));
    return name;
  }

  /** Reads the ranges. Their blobs remain until the end, even if the object is deleted. */
  async *read(ranges: readonly BlobRange[]): AsyncGenerator<Buffer, void, undefined> {
    for (const { blob } of ranges) this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1);
    try {
      for (const range of ranges) yield* readRange(this.#path(range.blob), range);
    } finally {
      for (const { blob } of ranges) this.#release(blob);
    }
  }

  /** Deletes blobs to which no row refers. */
  discard(blobs: Iterable<string>): void {
    for (const blob of blobs) {
      if (this.#readers.has(blob)) this.#deleteAfterReading.add(blob);
      // What cannot be deleted now is deleted by the sweep of the next start.
      else rm(this.#path(blob), { force: true }).catch(() => undefined);
    }
  }

  /** Deletes the blobs for which `isNamed` is false. Call it before the first request. Returns their number. */
  async sweep(isNamed: (blob: string) => boolean): Promise<number> {
    let swept = 0;
    for (let index = 0; index < FOLDERS; index++) {
      for (const name of readdirSync(join(this.#directory, folder(index)))) {
        if (isNamed(name)) continue;
        await rm(this.#path(name), { force: true });
        swept++;
      }
    }
    return swept;
  }

  #release(blob: string): void {
    const left = (this.#readers.get(blob) ?? 1) - 1;
    if (left > 0) {
      this.#readers.set(blob, left);
      return;
    }
    this.#readers.delete(blob);
    if (this.#deleteAfterReading.delete(blob)) this.discard([blob]);
  }

  #name(): string {
    return this.#newId().replaceAll('-', '');
  }

  #path(blob: string): string {
    return join(this.#directory, blob.slice(-2), blob);
  }
}

function folder(index: number): string {
  return index.toString(16).padStart(2, '0');
}

async function* readRange(
  path: string,
  { from, length }: BlobRange,
): AsyncGenerator<Buffer, void, undefined> {
  if (length === 0) return;
  const file = await open(path, 'r');
  try {
    for (let done = 0; done < length; ) {
      const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, length - done));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from + done);
      if (bytesRead === 0) throw new Error(`The blob at ${path} is shorter than its record says.`);
      done += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
