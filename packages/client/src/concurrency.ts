export interface ConcurrencyBounds {
  readonly start: number;
  readonly most: number;
}

/** Long enough for a few parts on a fast line, short enough to find the best number within a minute. */
const WINDOW_MS = 1_500;
/** What counts as faster: less is noise. */
const GAIN = 1.05;
/** Windows to stay where it was fast, before more is tried again. */
const STAY = 8;
/** One failure for so many parts that arrive is no overload and no bad line. */
const ARRIVALS_FOR_A_FAILURE = 4;
/** So much of failures that no arrivals make good. */
const TOO_MANY = 2 * ARRIVALS_FOR_A_FAILURE;

/**
 * How many parts may be on their way at once. Each window's throughput is compared with that before: as long as
 * one part more makes it faster, another is added; where it does not, it is taken back and tried again later.
 * Failures of more than about every fifth part halve the number, once a window.
 */
export class ConcurrencyControl {
  readonly #most: number;
  #limit: number;
  #bytes = 0;
  #windowStart: number | undefined;
  /** Bytes a millisecond of the last window; undefined after a failure. */
  #before: number | undefined;
  #added = false;
  #stay = 0;
  #trouble = 0;
  #halvedAt = Number.NEGATIVE_INFINITY;

  constructor(bounds: ConcurrencyBounds) {
    this.#most = bounds.most;
    this.#limit = Math.min(bounds.start, bounds.most);
  }

  get limit(): number {
    return this.#limit;
  }

  /**
   * Bytes have moved.
   *
   * @param now milliseconds
   * @param busy whether as many parts are on their way as may be: else the number is not what limits
   */
  moved(bytes: number, now: number, busy: boolean): void {
    this.#windowStart ??= now;
    this.#bytes += bytes;
    const elapsed = now - this.#windowStart;
    if (elapsed < WINDOW_MS) return;
    if (busy) this.#judge(this.#bytes / elapsed);
    this.#bytes = 0;
    this.#windowStart = now;
  }

  /** Nothing was to be sent for a while: the window does not count. */
  interrupted(): void {
    this.#bytes = 0;
    this.#windowStart = undefined;
  }

  arrived(): void {
    this.#trouble = Math.max(0, this.#trouble - 1);
  }

  /** A part has failed in a way that overload or a bad line explain. */
  failed(now: number): void {
    this.#trouble += ARRIVALS_FOR_A_FAILURE;
    // What fails together had one cause.
    if (this.#trouble < TOO_MANY || now - this.#halvedAt < WINDOW_MS) return;
    this.#halvedAt = now;
    this.#trouble = 0;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#before = undefined;
    this.#added = false;
    this.#stay = 2;
    this.interrupted();
  }

  #judge(rate: number): void {
    const before = this.#before;
    this.#before = rate;
    if (this.#added && before !== undefined && rate < before * GAIN) {
      this.#limit--;
      this.#added = false;
      this.#stay = STAY;
      return;
    }
    this.#added = false;
    if (this.#stay > 0) {
      this.#stay--;
      return;
    }
    if (this.#limit < this.#most) {
      this.#limit++;
      this.#added = true;
    }
  }
}
