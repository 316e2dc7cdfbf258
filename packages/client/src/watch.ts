import { isTerminal } from '../../../core/contract/lifecycle.ts';
import type { Upload } from '../../../core/contract/wire.ts';
import { uploadsApi } from './api.ts';
import type { ApiOptions } from './api-options.ts';
import { pause, systemClock } from './clock.ts';

export interface WatchOptions extends ApiOptions {
  /**
   * Milliseconds between two requests after a change. While nothing changes, the interval grows to ten times as much.
   *
   * @default 1,000
   */
  readonly everyMs?: number | undefined;
  /**
   * Called with the upload when it has changed.
   *
   * @default undefined
   */
  readonly onChange?: ((upload: Upload) => void) | undefined;
}

/** Processing continues on its own, so a network that is down for long does not end the watch. */
const PATIENCE_MS = 3_600_000;
const INTERVAL_FACTOR = 1.3;
const MAX_INTERVAL_FACTOR = 10;

/**
 * Resolves when the processing of an upload has ended: `ready`, or another status with a `reason`.
 *
 * @throws UploadError `aborted`, or the API's refusal; throttling, server errors and a lost network are waited for
 */
export async function watch(uploadId: string, options: WatchOptions): Promise<Upload> {
  const { clock = systemClock, everyMs = 1_000 } = options;
  const api = uploadsApi({ ...options, patienceMs: options.patienceMs ?? PATIENCE_MS });
  let lastState = '';
  let lastEstimate: number | undefined;
  let interval = everyMs;
  for (;;) {
    const { upload } = await api.get(uploadId);
    const { queue, ...progress } = upload.progress;
    const state = JSON.stringify([upload.updatedAt, upload.status, progress, queue?.waiting]);
    const isNew = state !== lastState;
    if (isNew) interval = everyMs;
    // The estimate changes all the time: it is reported, and does not lead to more requests.
    if (isNew || queue?.estimatedSeconds !== lastEstimate) options.onChange?.(upload);
    lastState = state;
    lastEstimate = queue?.estimatedSeconds;
    if (isTerminal(upload.status)) return upload;
    await pause(clock, interval, options.signal);
    interval = Math.min(interval * INTERVAL_FACTOR, everyMs * MAX_INTERVAL_FACTOR);
  }
}
