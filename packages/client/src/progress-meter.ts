import type { Progress, TransferState } from './progress.ts';

/** Time in which the weight of a measurement falls to about a third: smooth, and soon correct. */
const SMOOTHING_MS = 4_000;

/** What the meter measures of a transfer's progress. */
export type Measurement = Omit<Progress, 'resumable' | 'lastFailure'>;

/**
 * Counts the bytes that are being sent and those that S3 has stored. The result never goes back, although a part that
 * fails is sent again.
 */
export interface ProgressMeter {
  /** S3 has these bytes from an earlier run: they count as progress, not as speed. */
  alreadyStored(bytes: number): void;
  /**
   * @param bytes how many bytes of the part's current attempt were sent so far
   * @returns how many more than before
   */
  sending(partNumber: number, bytes: number): number;
  /** The part's attempt ended without success. */
  interrupted(partNumber: number): void;
  stored(partNumber: number, bytes: number): void;
  /** A stored part has disappeared and is sent again. */
  lost(bytes: number): void;
  /** @param now milliseconds */
  measure(now: number, state: TransferState): Measurement;
}

/** @param totalBytes size of the file */
export function progressMeter(totalBytes: number): ProgressMeter {
  /** Bytes sent of each part that is being sent. */
  const sending = new Map<number, number>();
  let storedBytes = 0;
  let shownBytes = 0;
  let bytesPerSecond = 0;
  let movedBytes = 0;
  let measuredAt: number | undefined;

  const measureSpeed = (now: number, isSending: boolean) => {
    if (!isSending) {
      bytesPerSecond = 0;
      movedBytes = 0;
      measuredAt = undefined;
      return;
    }
    const elapsed = now - (measuredAt ?? now);
    measuredAt ??= now;
    // Two measurements at the same moment give no speed; bytes before the first one have no time.
    if (elapsed <= 0) return;
    const rate = (movedBytes / elapsed) * 1_000;
    const weight = bytesPerSecond === 0 ? 1 : 1 - Math.exp(-elapsed / SMOOTHING_MS);
    bytesPerSecond += (rate - bytesPerSecond) * weight;
    movedBytes = 0;
    measuredAt = now;
  };
  return {
    alreadyStored(bytes) {
      storedBytes += bytes;
    },
    sending(partNumber, bytes) {
      const more = Math.max(0, bytes - (sending.get(partNumber) ?? 0));
      sending.set(partNumber, bytes);
      movedBytes += more;
      return more;
    },
    interrupted(partNumber) {
      sending.delete(partNumber);
    },
    stored(partNumber, bytes) {
      sending.delete(partNumber);
      storedBytes += bytes;
    },
    lost(bytes) {
      storedBytes -= bytes;
    },
    measure(now, state) {
      let sentBytes = storedBytes;
      for (const bytes of sending.values()) sentBytes += bytes;
      measureSpeed(now, state === 'uploading');
      shownBytes = Math.min(totalBytes, Math.max(shownBytes, sentBytes));
      return {
        state,
        sentBytes: shownBytes,
        totalBytes,
        bytesPerSecond: Math.round(bytesPerSecond),
        secondsLeft:
          bytesPerSecond >= 1
            ? Math.ceil(Math.max(0, totalBytes - sentBytes) / bytesPerSecond)
            : undefined,
        activeParts: sending.size,
      };
    },
  };
}
