/**
 * What a transfer is doing: `preparing` (reading the file's marks, asking for the grant), `uploading`, `waiting`
 * (no network; it goes on by itself), `paused`, `completing`, and the ends `done` (every byte arrived, processing
 * has begun), `failed`, `stopped` (signal), `cancelled`.
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

/** How far a transfer is. Told at most ten times a second, and at every change of state. */
export interface Progress {
  readonly state: TransferState;
  /** Bytes on their way or received; never less than told before, parts that are sent again included. */
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Smoothed over some seconds; 0 while nothing moves. */
  readonly bytesPerSecond: number;
  /** Absent while there is no speed to tell it by. */
  readonly secondsLeft: number | undefined;
  /** Parts on their way at this moment. */
  readonly partsOnTheWay: number;
  /** Whether the upload could be resumed after a crash or a reload. */
  readonly resumable: boolean;
}
