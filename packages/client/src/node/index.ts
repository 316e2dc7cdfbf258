import type { PartSource } from '../part-source.ts';
import { alwaysOnline } from '../retry.ts';
import { streamSource } from '../stream-source.ts';
import { createUploadClient } from '../upload-client.ts';
import type { StreamInput } from '../upload-options.ts';
import { blobSource } from './blob-source.ts';
import { fileSource } from './file-source.ts';
import { fileStore } from './file-store.ts';
import { Connections, putPart } from './put-part.ts';

export * from '../index.ts';
export { fileStore } from './file-store.ts';

/** What Node can upload: a file by its path or `file:` URL, a Blob, or a stream of known length. */
export type UploadInput = string | URL | Blob | StreamInput;

/** Unlike a browser, Node has no limit of its own for connections to a host. */
const CONCURRENCY = { initial: 6, max: 16 };

const client = createUploadClient<UploadInput, string | URL>(
  { store: () => fileStore(), connectivity: alwaysOnline, concurrency: CONCURRENCY },
  open,
  ({ path }) => (path === undefined ? undefined : fileSource(path)),
);

export const { upload, resumable, resumeUpload, forget } = client;

async function open(input: UploadInput): Promise<PartSource> {
  if (typeof input === 'string' || input instanceof URL) return fileSource(input);
  if ('slice' in input) return blobSource(input);
  const connections = new Connections();
  return streamSource(
    input,
    (url, bytes, options) => putPart(connections, url, bytes.length, chunksOf(bytes), options),
    async () => connections.close(),
  );
}

/** Small enough to show the progress of a part. */
const CHUNK_BYTES = 256 * 1024;

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    yield bytes.subarray(from, from + CHUNK_BYTES);
  }
}
