import { clientOn } from '../entry.ts';
import type { PartSource } from '../part-source.ts';
import type { KeptHandle, ResumeStore } from '../resume-record.ts';
import type { Connectivity } from '../retry.ts';
import { streamSource } from '../stream-source.ts';
import type { StreamInput } from '../upload-options.ts';
import { blobSource } from './blob-source.ts';
import { fileOf } from './file-handle.ts';
import { indexedDbStore } from './indexeddb-store.ts';
import { putPart } from './put-part.ts';

export * from '../index.ts';
export { indexedDbStore } from './indexeddb-store.ts';

/**
 * What a browser uploads: a File, a Blob, a handle from `showOpenFilePicker` (kept, so that nobody has to choose
 * the file again after a reload), a stream of known length.
 */
export type UploadInput = File | Blob | KeptHandle | StreamInput;

/** Browsers open six connections to one host under HTTP/1.1, which is what S3 speaks; a seventh part would only wait. */
const CONCURRENCY = { start: 6, most: 6 };

const connectivity: Connectivity = {
  online: () => navigator.onLine,
  onOnline(then) {
    addEventListener('online', then);
    return () => removeEventListener('online', then);
  },
};

let store: ResumeStore | undefined;

const client = clientOn<UploadInput, File | KeptHandle>(
  {
    store: () => {
      if ('indexedDB' in globalThis) store ??= indexedDbStore();
      return store;
    },
    connectivity,
    concurrency: CONCURRENCY,
  },
  open,
  ({ handle }) => (handle === undefined ? undefined : () => open(handle)),
);

export const { upload, resumable, resumeUpload, forget } = client;

async function open(input: UploadInput): Promise<PartSource> {
  // Not by class: a File may be of another frame.
  if ('slice' in input) return blobSource(input);
  if ('stream' in input) return streamSource(input, putPart);
  return blobSource(await fileOf(input), input);
}
