import { isTerminal } from '../../../core/contract/lifecycle.ts';
import type { Upload } from '../../../core/contract/wire.ts';
import { type ApiOptions, uploadsApi } from './api.ts';
import { pause, systemClock } from './clock.ts';

export interface WatchOptions extends ApiOptions {
  /** Milliseconds between two looks at first; 1,000 unless told. While nothing changes they become ten times as much. */
  readonly everyMs?: number | undefined;
  /** Told at every look at which the upload has changed. */
  readonly onChange?: ((upload: Upload) => void) | undefined;
}

/** Processing goes on without us: a network that is down for long is no reason to look away. */
const PATIENCE_MS = 3_600_000;
const SLOWER = 1.3;
const SLOWEST = 10;

/**
 * Follows an upload's processing until it has ended, and answers how: `ready`, or with a `reason`.
 *
 * @throws UploadError `aborted`, or what the API refuses with; overload and a lost network are waited out
 */
export async function watch(uploadId: string, options: WatchOptions): Promise<Upload> {
  const { clock = systemClock, everyMs = 1_000 } = options;
  const api = uploadsApi({ ...options, patienceMs: options.patienceMs ?? PATIENCE_MS });
  let seen = '';
  let wait = everyMs;
  for (;;) {
    const { upload } = await api.get(uploadId);
    const state = JSON.stringify([upload.updatedAt, upload.status, upload.progress]);
    if (state !== seen) {
      seen = state;
      wait = everyMs;
      options.onChange?.(upload);
    }
    if (isTerminal(upload.status)) return upload;
    await pause(clock, wait, options.signal);
    wait = Math.min(wait * SLOWER, everyMs * SLOWEST);
  }
}
