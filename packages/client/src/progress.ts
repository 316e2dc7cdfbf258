import type { UploadError } from './upload-error.ts';

/**
 * What a transfer is doing:
 *
 * - `preparing`: reading the file's fingerprint and asking the API for an upload
 * - `uploading`: sending parts
 * - `waiting`: there is no network; it continues on its own
 * - `paused`: by `pause()`
 * - `completing`: all parts are stored; S3 joins them
 * - `done`: all bytes are stored and processing has begun
 * - `failed`, `stopped` (by `signal`), `cancelled` (by `cancel()`)
 */
export type TransferState =
  | 'preparing'
  | 'uploading'
  | 'waiting'
  | 'paused'
  | 'completing'
  | 'done'
  | 'failed'
  | 'stopped'
  | 'cancelled';

/** Progress of a transfer. Reported at most ten times a second, and at every change of state. */
export interface Progress {
  readonly state: TransferState;
  /** Bytes that were sent or are stored. Never decreases, also when parts are sent again. */
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Average of the last seconds; 0 while nothing moves. */
  readonly bytesPerSecond: number;
  /** Undefined while the speed is unknown. */
  readonly secondsLeft: number | undefined;
  /** How many parts are being sent at this moment. */
  readonly activeParts: number;
  /** Whether the upload can be resumed after a crash or a reload. */
  readonly resumable: boolean;
  /** Why the last attempt of a part failed, while parts are retried; undefined once a part is stored again. */
  readonly lastFailure: UploadError | undefined;
}
