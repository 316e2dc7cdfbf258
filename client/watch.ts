import type { Upload } from '../core/contract/upload.ts';
import { isTerminal } from '../core/lifecycle.ts';
import { type ApiOptions, uploadsApi } from './api.ts';

export interface WatchOptions extends ApiOptions {
  /** Milliseconds between two looks; 1,000 unless told. */
  readonly everyMs?: number;
  /** Told at every look at which the upload has changed. */
  readonly onChange?: (upload: Upload) => void;
}

/** Follows an upload until it has ended, and answers how. */
export async function watch(uploadId: string, options: WatchOptions): Promise<Upload> {
  const api = uploadsApi(options);
  let seen = '';
  for (;;) {
    options.signal?.throwIfAborted();
    const { upload } = await api.get(uploadId);
    if (upload.updatedAt !== seen) {
      seen = upload.updatedAt;
      options.onChange?.(upload);
    }
    if (isTerminal(upload.status)) return upload;
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 1_000));
  }
}
