import { backoffMs, MAX_WAIT_MS } from './retry.ts';

/** Where not one byte has ever left, it may be the place that is wrong, and not the line (CORS, DNS). */
const FIRST_PATIENCE_MS = 60_000;
/** `online` events are not to be relied on alone. */
const LOOK_AGAIN_MS = 15_000;

/** Connections that were lost since S3 last answered: whether one part waits, or all of them, or nobody any more. */
export class NetworkBackoff {
  readonly #patienceMs: number;
  #reached = false;
  #lostAt: number | undefined;
  #ms = 0;
  #losses = 0;
  /** Milliseconds since the epoch before which nothing is begun. */
  blockedUntil = 0;

  /** @param patienceMs how long nobody's answering is waited out */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Losses since the last answer; 0 while all is well. */
  get losses(): number {
    return this.#losses;
  }

  /** Bytes have left. */
  reached(): void {
    this.#reached = true;
  }

  answered(): void {
    this.#lostAt = undefined;
    this.#ms = 0;
    this.#losses = 0;
    this.blockedUntil = 0;
  }

  /** The machine says that it has no network: all wait, without end. */
  offline(now: number): void {
    this.#lostAt = now;
    this.#losses++;
    this.blockedUntil = now + LOOK_AGAIN_MS;
  }

  /**
   * A connection was lost.
   *
   * @param longestTryMs what a try can take; of a machine that slept meanwhile, only what it was awake for counts
   * @param random 0 to 1
   * @returns before when the part is not to be tried again; undefined when patience is over
   */
  lost(now: number, longestTryMs: number, random: number): number | undefined {
    this.#ms += Math.min(now - (this.#lostAt ?? now), longestTryMs + MAX_WAIT_MS);
    this.#lostAt = now;
    if (
      this.#ms >= (this.#reached ? this.#patienceMs : Math.min(this.#patienceMs, FIRST_PATIENCE_MS))
    ) {
      return undefined;
    }
    // What fails together had one cause and is one loss.
    if (now < this.blockedUntil) return 0;
    const later = now + backoffMs(++this.#losses, random);
    // One connection is not the network: the others go on.
    if (this.#losses === 1) return later;
    this.blockedUntil = later;
    return 0;
  }
}
