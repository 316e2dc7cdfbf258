import type { PartSource } from '../part-source.ts';
import type { ResumeStore, StoredFileHandle } from '../resume-record.ts';
import type { Connectivity } from '../retry.ts';
import { streamSource } from '../stream-source.ts';
import { createUploadClient } from '../upload-client.ts';
import type { StreamInput } from '../upload-options.ts';
import { blobSource } from './blob-source.ts';
import { openFileHandle } from './file-handle.ts';
import { indexedDbStore } from './indexeddb-store.ts';
import { putPart } from './put-part.ts';

export * from '../index.ts';
export { indexedDbStore } from './indexeddb-store.ts';

/**
 * What a browser can upload: a File, a Blob, a handle from `showOpenFilePicker` (stored, so that the user need not
 * choose the file again after a reload), or a stream of known length.
 */
export type UploadInput = File | Blob | StoredFileHandle | StreamInput;

/** Browsers open six connections to a host under HTTP/1.1, which S3 uses; a seventh part would only wait. */
const CONCURRENCY = { initial: 6, max: 6 };

const connectivity: Connectivity = {
  online: () => navigator.onLine,
  onOnline(callback) {
    addEventListener('online', callback);
    return () => removeEventListener('online', callback);
  },
};

let store: ResumeStore | undefined;

const client = createUploadClient<UploadInput, File | StoredFileHandle>(
  {
    store: () => {
      if ('indexedDB' in globalThis) store ??= indexedDbStore();
      return store;
    },
    connectivity,
    concurrency: CONCURRENCY,
  },
  open,
  ({ handle }) => handle && open(handle),
);

export const { upload, resumable, resumeUpload, forget } = client;

async function open(input: UploadInput): Promise<PartSource> {
  // Not `instanceof`: a File may come from another frame.
  if ('slice' in input) return blobSource(input);
  if ('stream' in input) return streamSource(input, putPart);
  return blobSource(await openFileHandle(input), input);
}
