import { crc64 } from './crc64/crc64.ts';
import type { PartJob, PartResponse, PartSource, SendingOptions } from './part-source.ts';
import { UploadError } from './upload-error.ts';
import type { StreamInput } from './upload-options.ts';

/** PUTs bytes that are in memory. @throws ConnectionFailure */
export type PutBytes = (
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: SendingOptions,
) => Promise<Omit<PartResponse, 'crc'>>;

/**
 * A stream as a source of parts. Each part is held in memory from its reading until it has arrived, so as many
 * as are on their way at once, and no more.
 */
export function streamSource(
  input: StreamInput,
  put: PutBytes,
  close = async () => {},
): PartSource {
  const chunks = chunksOf(input.stream);
  const held = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  let left: Uint8Array = new Uint8Array(0);
  let reading: Promise<unknown> = Promise.resolve();
  let position = 0;

  const otherLength = (): never => {
    throw unreadable(`The stream has not ${input.size} bytes.`);
  };
  const once = () => Promise.reject(unreadable('A stream is read once.'));

  const take = async ({ offset, size }: PartJob) => {
    if (offset !== position) return once();
    const bytes = new Uint8Array(size);
    for (let filled = 0; filled < size; ) {
      if (!left.length) left = (await next()) ?? otherLength();
      const piece = left.subarray(0, size - filled);
      bytes.set(piece, filled);
      left = left.subarray(piece.length);
      filled += piece.length;
    }
    position += size;
    // Some streams end with a piece of nothing.
    while (position === input.size) {
      if (left.length) otherLength();
      const more = await next();
      if (!more) break;
      left = more;
    }
    return bytes;
  };
  const next = async () => {
    const { value, done } = await chunks.next().catch((cause: unknown) => {
      throw unreadable(String(cause), cause);
    });
    if (done) return undefined;
    if (!ArrayBuffer.isView(value)) throw unreadable('No bytes.');
    return value as Uint8Array;
  };
  const bytesOf = (part: PartJob) => {
    let bytes = held.get(part.offset);
    if (!bytes) {
      bytes = reading.then(() => take(part));
      reading = bytes;
      held.set(part.offset, bytes);
    }
    return bytes;
  };
  return {
    name: input.name,
    type: input.type ?? '',
    size: input.size,
    lastModified: undefined,
    seekable: false,
    lasting: false,
    found: {},
    ready: bytesOf,
    read: once,
    checksum: once,
    async send(part, url, options) {
      const bytes = await bytesOf(part);
      const answer = await put(url, bytes, options);
      return { ...answer, crc: async () => crc64()(0n, bytes) };
    },
    release: (part) => {
      held.delete(part.offset);
    },
    assertUnchanged: async () => {},
    async close() {
      // Not waited for: a generator that stands still ends when it gives its next bytes, if ever.
      chunks.return?.().catch(() => {});
      await close();
    },
  };
}

function unreadable(message: string, cause?: unknown): UploadError {
  return new UploadError('file_unreadable', { message, cause });
}

/** An iterator as far as it is used here. */
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
