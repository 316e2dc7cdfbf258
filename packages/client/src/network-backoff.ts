import { backoffMs, MAX_BACKOFF_MS } from './retry.ts';

/** If no byte was ever sent, the address may be wrong rather than the network down (CORS, DNS). */
const UNREACHED_PATIENCE_MS = 60_000;
/** `online` events alone are not reliable. */
const OFFLINE_CHECK_MS = 15_000;

/**
 * Connections lost since S3's last response. Decides whether one part waits, all parts wait, or the upload gives up.
 */
export class NetworkBackoff {
  readonly #patienceMs: number;
  #reached = false;
  #lostAt: number | undefined;
  #downMs = 0;
  /** Lost connections since the last response. Connections that are lost together count once. */
  losses = 0;
  /** Milliseconds since the epoch; no part is started before. */
  blockedUntil = 0;

  /** @param patienceMs how long lost connections are retried without a response */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Bytes were sent. */
  reached(): void {
    this.#reached = true;
  }

  /** S3 responded. */
  responded(): void {
    this.#lostAt = undefined;
    this.#downMs = 0;
    this.losses = 0;
    this.blockedUntil = 0;
  }

  /** The machine reports that it has no network: all parts wait, without a limit. */
  offline(now: number): void {
    this.#lostAt = now;
    this.losses++;
    this.blockedUntil = now + OFFLINE_CHECK_MS;
  }

  /**
   * A connection was lost.
   *
   * @param maxAttemptMs how long an attempt can take; if the machine slept meanwhile, only this much counts
   * @param random 0 to 1
   * @returns the time before which this part is not retried; undefined when patience is over
   */
  lost(now: number, maxAttemptMs: number, random: number): number | undefined {
    this.#downMs += Math.min(now - (this.#lostAt ?? now), maxAttemptMs + MAX_BACKOFF_MS);
    this.#lostAt = now;
    const patienceMs = this.#reached
      ? this.#patienceMs
      : Math.min(this.#patienceMs, UNREACHED_PATIENCE_MS);
    if (this.#downMs >= patienceMs) return undefined;
    // Connections that fail together had one cause and count once.
    if (now < this.blockedUntil) return 0;
    const retryAt = now + backoffMs(++this.losses, random);
    // One connection is not the network: the other parts continue.
    if (this.losses === 1) return retryAt;
    this.blockedUntil = retryAt;
    return 0;
  }
}
