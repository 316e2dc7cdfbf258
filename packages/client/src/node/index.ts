import { clientOn } from '../entry.ts';
import type { PartSource } from '../part-source.ts';
import { alwaysOnline } from '../retry.ts';
import { streamSource } from '../stream-source.ts';
import type { StreamInput } from '../upload-options.ts';
import { blobSource } from './blob-source.ts';
import { fileSource } from './file-source.ts';
import { fileStore } from './file-store.ts';
import { Connections, putPart } from './put-part.ts';

export * from '../index.ts';
export { fileStore } from './file-store.ts';

/** What Node uploads: a file by its path or `file:` URL, a Blob, a stream of known length. */
export type UploadInput = string | URL | Blob | StreamInput;

/** Unlike a browser, Node opens as many connections to one host as it is asked for. */
const CONCURRENCY = { start: 6, most: 16 };

const client = clientOn<UploadInput, string | URL>(
  { store: () => fileStore(), connectivity: alwaysOnline, concurrency: CONCURRENCY },
  open,
  ({ path }) => (path === undefined ? undefined : () => fileSource(path)),
);

export const { upload, resumable, resumeUpload, forget } = client;

async function open(input: UploadInput): Promise<PartSource> {
  if (typeof input === 'string' || input instanceof URL) return fileSource(input);
  if ('slice' in input) return blobSource(input);
  const connections = new Connections();
  return streamSource(
    input,
    (url, bytes, options) => putPart(connections, url, bytes.length, pieces(bytes), options),
    async () => connections.close(),
  );
}

/** Small enough that a part's progress is seen. */
const PIECE_BYTES = 256 * 1024;

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    yield bytes.subarray(from, from + PIECE_BYTES);
  }
}
