import type { PartOutcome } from './classify-part-response.ts';
import { NetworkBackoff } from './network-backoff.ts';
import type { QueuedPart } from './part-queue.ts';
import type { PartSchedulerOptions } from './part-scheduler-options.ts';
import { backoffMs } from './retry.ts';
import { UploadError } from './upload-error.ts';

/**
 * Of one part: errors from S3 (this many take some minutes), or lost connections while other parts succeed. While the
 * network is down nothing is counted.
 */
const MAX_FAILURES = 20;
/** A URL that was signed just now and is refused again has not expired. */
const MAX_REFUSALS = 3;
const LOSSES_BEFORE_SIGNING = 3;
const MAX_STALL_MS = 600_000;

/** Decides when a part is sent again after an attempt that failed, and when the upload gives up. */
export class PartRetryPolicy {
  readonly backoff: NetworkBackoff;
  readonly #options: PartSchedulerOptions;
  /** Milliseconds without a byte after which an attempt counts as stalled. */
  declare stallMs: number;
  #stored = 0;
  /** Why the last attempt of a part failed; undefined once a part is stored again. */
  declare lastFailure: UploadError | undefined;

  constructor(options: PartSchedulerOptions) {
    this.#options = options;
    this.stallMs = options.stallMs;
    this.backoff = new NetworkBackoff(options.patienceMs);
  }

  /** S3 has stored a part. */
  stored(): void {
    this.#stored++;
    this.lastFailure = undefined;
    this.#options.concurrency.stored();
    this.stallMs = Math.max(this.#options.stallMs, this.stallMs / 2);
  }

  /**
   * S3 responded with an error.
   *
   * @returns milliseconds since the epoch, before which the part is not sent again
   * @throws UploadError if the upload cannot succeed
   */
  afterError(
    part: QueuedPart,
    url: string,
    { kind, error }: Exclude<PartOutcome, { kind: 'stored' }>,
  ): number {
    const { urls, clock, random, concurrency } = this.#options;
    if (kind === 'refused') throw error;
    if (kind === 'sign_again') {
      if (++part.refusals >= MAX_REFUSALS) throw error;
      urls.refused(part.job.partNumber, url);
      return 0;
    }
    if (++part.failures >= MAX_FAILURES) throw error;
    this.lastFailure = error;
    const now = clock.now();
    concurrency.failed(now);
    return now + backoffMs(part.failures, random());
  }

  /** An attempt stalled. It gets more time from now on, and then counts as a lost connection. */
  stalled(): void {
    // What was sent may be in buffers that a slow network needs longer to empty, and what was not may wait for
    // another upload's connections.
    this.stallMs = Math.min(this.stallMs * 2, MAX_STALL_MS);
    this.backoff.reached();
  }

  /**
   * The connection was lost or stalled: that is the network's fault, and is waited for.
   *
   * @returns milliseconds since the epoch, before which the part is not sent again
   * @throws UploadError `network`
   */
  afterLoss(part: QueuedPart, url: string, cause: unknown): number {
    const { clock, random, connectivity, concurrency, urls } = this.#options;
    const { partNumber } = part.job;
    const now = clock.now();
    concurrency.failed(now);
    const error = new UploadError('network', {
      message: `Part ${partNumber}: ${(cause as Error).message}`,
      cause,
      partNumber,
    });
    this.lastFailure = error;
    if (!connectivity.online()) {
      this.backoff.offline(now);
      return 0;
    }
    // A refusal while bytes are still being sent can look like a lost connection; and the API knows whether the
    // upload still exists.
    if (++part.losses % LOSSES_BEFORE_SIGNING === 0) urls.refused(partNumber, url);
    if (this.#stored > part.storedAtLoss) part.failures++;
    part.storedAtLoss = this.#stored;
    const notBefore = this.backoff.lost(now, this.stallMs, random());
    if (notBefore === undefined || part.failures >= MAX_FAILURES) throw error;
    return notBefore;
  }
}
