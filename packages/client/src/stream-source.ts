import { crc64 } from './crc64/crc64.ts';
import type { PartJob, PartRequestOptions, PartResponse, PartSource } from './part-source.ts';
import { UploadError } from './upload-error.ts';
import type { StreamInput } from './upload-options.ts';

/** PUTs bytes from memory. @throws ConnectionFailure */
export type PutBytes = (
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: PartRequestOptions,
) => Promise<Omit<PartResponse, 'crc'>>;

/**
 * A stream as a source of parts. A part is kept in memory from the time it is read until S3 has stored it, so there
 * are as many in memory as are sent at the same time.
 */
export function streamSource(
  input: StreamInput,
  put: PutBytes,
  close = async () => {},
): PartSource {
  const chunks = chunksOf(input.stream);
  const kept = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  let rest: Uint8Array = new Uint8Array(0);
  let reading: Promise<unknown> = Promise.resolve();
  let position = 0;

  const wrongLength = (): never => {
    throw unreadable(`The stream does not have ${input.size} bytes.`);
  };
  const notAgain = async () => {
    throw unreadable('A stream is read only once.');
  };

  const readPart = async ({ offset, size }: PartJob) => {
    if (offset !== position) return notAgain();
    const bytes = new Uint8Array(size);
    for (let filled = 0; filled < size; ) {
      if (!rest.length) rest = (await next()) ?? wrongLength();
      const piece = rest.subarray(0, size - filled);
      bytes.set(piece, filled);
      rest = rest.subarray(piece.length);
      filled += piece.length;
    }
    position += size;
    // Some streams end with an empty chunk.
    while (position === input.size) {
      if (rest.length) wrongLength();
      const more = await next();
      if (!more) break;
      rest = more;
    }
    return bytes;
  };
  const next = async () => {
    const { value, done } = await chunks.next().catch((cause: unknown) => {
      throw unreadable(String(cause), cause);
    });
    if (done) return undefined;
    if (!ArrayBuffer.isView(value)) throw unreadable('It gives no bytes.');
    return value as Uint8Array;
  };
  const bytesOf = (part: PartJob) => {
    let bytes = kept.get(part.offset);
    if (!bytes) {
      bytes = reading.then(() => readPart(part));
      reading = bytes;
      kept.set(part.offset, bytes);
    }
    return bytes;
  };
  return {
    name: input.name,
    type: input.type ?? '',
    size: input.size,
    lastModified: undefined,
    seekable: false,
    reopenable: false,
    location: {},
    ready: bytesOf,
    read: notAgain,
    checksum: notAgain,
    async send(part, url, options) {
      const bytes = await bytesOf(part);
      const response = await put(url, bytes, options);
      return { ...response, crc: async () => crc64()(0n, bytes) };
    },
    release: (part) => {
      kept.delete(part.offset);
    },
    assertUnchanged: async () => {},
    async close() {
      // Not awaited: a generator that waits for something ends when it yields its next bytes, if ever.
      chunks.return?.().catch(() => {});
      await close();
    },
  };
}

function unreadable(message: string, cause?: unknown): UploadError {
  return new UploadError('file_unreadable', { message, cause });
}

/** The part of an iterator that is used here. */
interface Chunks {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  return?(): Promise<unknown>;
}

/** Safari's streams cannot be iterated: https://developer.mozilla.org/docs/Web/API/ReadableStream#browser_compatibility */
function chunksOf(stream: StreamInput['stream']): Chunks {
  if (!('getReader' in stream)) return stream[Symbol.asyncIterator]();
  const reader = stream.getReader();
  return { next: () => reader.read(), return: () => reader.cancel() };
}
