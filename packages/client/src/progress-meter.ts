import type { Progress, TransferState } from './progress.ts';

/** Speed is an average whose weights fall to a third within this time: smooth, and soon true. */
const SMOOTHING_MS = 4_000;

/**
 * Counts what is on its way and what has arrived, and makes of it what people want to see: never less than
 * before, though a part that breaks off has to be sent again.
 */
export class ProgressMeter {
  readonly #total: number;
  readonly #onTheWay = new Map<number, number>();
  #arrived = 0;
  #shown = 0;
  #speed = 0;
  #moved = 0;
  #measuredAt: number | undefined;

  /** @param total bytes of the file */
  constructor(total: number) {
    this.#total = total;
  }

  /** Bytes that S3 holds already: they are no speed. */
  kept(bytes: number): void {
    this.#arrived += bytes;
  }

  /**
   * So many bytes of a part's present attempt are sent.
   *
   * @returns how many more than before
   */
  sending(partNumber: number, bytes: number): number {
    const before = this.#onTheWay.get(partNumber) ?? 0;
    this.#onTheWay.set(partNumber, bytes);
    const more = Math.max(0, bytes - before);
    this.#moved += more;
    return more;
  }

  brokenOff(partNumber: number): void {
    this.#onTheWay.delete(partNumber);
  }

  arrived(partNumber: number, bytes: number): void {
    this.#onTheWay.delete(partNumber);
    this.#arrived += bytes;
  }

  /** A part that was held to have arrived has to be sent again. */
  lost(bytes: number): void {
    this.#arrived -= bytes;
  }

  /**
   * @param now milliseconds
   * @param state what the transfer is doing
   */
  look(now: number, state: TransferState, resumable: boolean): Progress {
    let sent = this.#arrived;
    for (const bytes of this.#onTheWay.values()) sent += bytes;
    this.#measure(now, state === 'uploading');
    this.#shown = Math.min(this.#total, Math.max(this.#shown, sent));
    const left = Math.max(0, this.#total - sent);
    return {
      state,
      sentBytes: this.#shown,
      totalBytes: this.#total,
      bytesPerSecond: Math.round(this.#speed),
      secondsLeft: this.#speed >= 1 ? Math.ceil(left / this.#speed) : undefined,
      partsOnTheWay: this.#onTheWay.size,
      resumable,
    };
  }

  #measure(now: number, sending: boolean): void {
    if (!sending) {
      this.#speed = 0;
      this.#moved = 0;
      this.#measuredAt = undefined;
      return;
    }
    const elapsed = now - (this.#measuredAt ?? now);
    if (this.#measuredAt === undefined) this.#measuredAt = now;
    // Two looks at the same moment say nothing about speed; nor do bytes from before the first one.
    if (elapsed <= 0) return;
    const rate = (this.#moved / elapsed) * 1_000;
    const weight = this.#speed === 0 ? 1 : 1 - Math.exp(-elapsed / SMOOTHING_MS);
    this.#speed += (rate - this.#speed) * weight;
    this.#moved = 0;
    this.#measuredAt = now;
  }
}
