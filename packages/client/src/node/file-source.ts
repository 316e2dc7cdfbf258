import { type FileHandle, open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc64 } from '../crc64/crc64.ts';
import type { PartJob, PartSource } from '../part-source.ts';
import { UploadError } from '../upload-error.ts';
import { diskFileType } from './disk-file-type.ts';
import { Connections, putPart } from './put-part.ts';

/** Large enough that the number of calls does not matter, small enough for the processor's cache. */
const CHUNK_BYTES = 256 * 1024;

/** One buffer is filled while the other one is sent. */
type Buffers = readonly [Uint8Array, Uint8Array];

/** A file on this machine's disk. @throws UploadError `file_unreadable` */
export async function fileSource(file: string | URL): Promise<PartSource> {
  const path = resolve(typeof file === 'string' ? file : fileURLToPath(file));
  const handle = await open(path).catch((cause: Error) => {
    throw new UploadError('file_unreadable', { message: cause.message, cause });
  });
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    throw new UploadError('file_unreadable', { message: `${path} is not a file.` });
  }
  return new FileSource(path, handle, stats.size, stats.mtimeMs);
}

class FileSource implements PartSource {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly lastModified: number;
  readonly seekable = true;
  readonly reopenable = true;
  readonly location: { readonly path: string };
  readonly #handle: FileHandle;
  readonly #connections = new Connections();
  readonly #spareBuffers: Buffers[] = [];

  constructor(path: string, handle: FileHandle, size: number, lastModified: number) {
    this.name = basename(path);
    this.type = diskFileType(this.name);
    this.location = { path };
    this.size = size;
    this.lastModified = lastModified;
    this.#handle = handle;
  }

  async read(offset: number, size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    await this.#fill(bytes, offset);
    return bytes;
  }

  async checksum(offset: number, size: number): Promise<bigint> {
    let crc = 0n;
    for await (const chunk of this.#chunks(offset, size, newBuffers())) {
      crc = crc64()(crc, chunk);
    }
    return crc;
  }

  async send(part: PartJob, url: string, options: Parameters<PartSource['send']>[2]) {
    const update = crc64();
    let crc = 0n;
    const buffers = this.#spareBuffers.pop() ?? newBuffers();
    const chunks = this.#chunks(part.offset, part.size, buffers, (chunk) => {
      crc = update(crc, chunk);
    });
    const response = await putPart(this.#connections, url, part.size, chunks, options);
    // Only after a success: otherwise they may still be filled or sent.
    if (response.status < 300) this.#spareBuffers.push(buffers);
    return { ...response, crc: async () => crc };
  }

  release(): void {}

  async assertUnchanged(): Promise<void> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size !== this.size || mtimeMs !== this.lastModified) throw new UploadError('file_changed');
  }

  async close(): Promise<void> {
    this.#connections.close();
    await this.#handle.close();
  }

  async *#chunks(
    offset: number,
    size: number,
    buffers: Buffers,
    onChunk?: (chunk: Uint8Array) => void,
  ): AsyncGenerator<Uint8Array> {
    for (let read = 0, turn = 0; read < size; turn ^= 1) {
      const chunk = buffers[turn as 0 | 1].subarray(0, Math.min(CHUNK_BYTES, size - read));
      await this.#fill(chunk, offset + read);
      read += chunk.length;
      onChunk?.(chunk);
      yield chunk;
    }
  }

  async #fill(into: Uint8Array, offset: number): Promise<void> {
    for (let filled = 0; filled < into.length; ) {
      const { bytesRead } = await this.#handle
        .read(into, filled, into.length - filled, offset + filled)
        .catch((cause: Error) => {
          throw new UploadError('file_unreadable', { message: cause.message, cause });
        });
      if (bytesRead === 0) throw new UploadError('file_changed');
      filled += bytesRead;
    }
  }
}

function newBuffers(): Buffers {
  return [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
}
