import { classifyPartResponse } from './classify-part-response.ts';
import { abortError, onAbort } from './clock.ts';
import { type PartQueue, partQueue, type QueuedPart } from './part-queue.ts';
import { PartRetryPolicy } from './part-retry-policy.ts';
import type { PartSchedulerOptions } from './part-scheduler-options.ts';
import { ConnectionFailure, type PartJob, type PartResponse } from './part-source.ts';
import { stallWatch } from './stall-watch.ts';
import type { UploadError } from './upload-error.ts';

/** Why this side ends an attempt. The part returns to the queue. */
type Interruption = 'paused' | 'stalled';

/** Sends parts in parallel until S3 has stored all of them. */
export class PartScheduler {
  readonly #options: PartSchedulerOptions;
  readonly #queue: PartQueue;
  readonly #running = new Map<QueuedPart, AbortController>();
  readonly #policy: PartRetryPolicy;
  #resolve = () => {};
  #reject = (_error: unknown) => {};
  #cancelTimer = () => {};
  #paused = false;
  #ended = false;
  /** Parts that S3 has stored and that are being checksummed and recorded. */
  #recording = 0;

  /** @param jobs ascending */
  constructor(jobs: readonly PartJob[], options: PartSchedulerOptions) {
    this.#options = options;
    this.#policy = new PartRetryPolicy(options);
    this.#queue = partQueue(jobs);
  }

  get waitsForNetwork(): boolean {
    const { losses } = this.#policy.backoff;
    return losses > 1 || (losses > 0 && this.#running.size === 0);
  }

  /** Why the last attempt of a part failed; undefined once a part is stored again. */
  get lastFailure(): UploadError | undefined {
    return this.#policy.lastFailure;
  }

  /** The numbers of the parts that S3 has not stored. */
  outstanding(): number[] {
    return [...this.#running.keys(), ...this.#queue.parts].map(({ job }) => job.partNumber);
  }

  /**
   * Resolves when every part is stored and recorded.
   *
   * @throws UploadError
   */
  async run(): Promise<void> {
    const { signal, connectivity } = this.#options;
    let stopAborting = () => {};
    const stopListening = connectivity.onOnline(() => {
      this.#policy.backoff.blockedUntil = 0;
      this.#startParts();
    });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
        stopAborting = onAbort(signal, () => this.#fail(abortError(signal)));
        this.#startParts();
      });
    } finally {
      this.#ended = true;
      stopListening();
      this.#cancelTimer();
      stopAborting();
      for (const attempt of this.#running.values()) attempt.abort();
    }
  }

  pause(): void {
    this.#paused = true;
    this.#policy.backoff.responded();
    this.#options.concurrency.interrupted();
    for (const attempt of this.#running.values()) attempt.abort('paused' satisfies Interruption);
  }

  resume(): void {
    this.#paused = false;
    this.#startParts();
  }

  #fail(error: unknown): void {
    this.#ended = true;
    this.#reject(error);
  }

  #startParts(): void {
    if (this.#ended || this.#paused) return;
    if (this.#queue.parts.length + this.#running.size + this.#recording === 0) {
      this.#resolve();
      return;
    }
    const { clock, concurrency } = this.#options;
    const now = clock.now();
    this.#cancelTimer();
    if (now < this.#policy.backoff.blockedUntil) {
      concurrency.interrupted();
      this.#startPartsAt(this.#policy.backoff.blockedUntil, now);
      return;
    }
    // A delayed part keeps its slot: otherwise more and more of a stream would have to be held in memory.
    const delayed = this.#queue.parts
      .map(({ notBefore }) => notBefore)
      .filter((time) => time > now);
    // If checksums are slower than the network, sending waits: stored parts must be recorded at some point.
    while (Math.max(this.#running.size + delayed.length, this.#recording) < concurrency.limit) {
      const part = this.#queue.take(now);
      if (!part) break;
      this.#start(part);
    }
    if (delayed.length > 0) this.#startPartsAt(Math.min(...delayed), now);
  }

  #startPartsAt(at: number, now: number): void {
    this.#cancelTimer = this.#options.clock.after(at - now, () => this.#startParts());
  }

  #start(part: QueuedPart): void {
    const attempt = new AbortController();
    this.#running.set(part, attempt);
    this.#attempt(part, attempt)
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#running.delete(part);
        this.#options.onChange();
        this.#startParts();
      });
  }

  /** One attempt of a part. An error that it throws ends the upload. */
  async #attempt(part: QueuedPart, attempt: AbortController): Promise<void> {
    const { source, urls, clock } = this.#options;
    await source.ready?.(part.job);
    const url = await urls.of(part.job.partNumber);
    if (attempt.signal.aborted) return this.#putBack(part);
    const watch = stallWatch(clock, this.#policy.stallMs, () =>
      attempt.abort('stalled' satisfies Interruption),
    );
    let response: PartResponse;
    try {
      response = await this.#send(part.job, url, attempt.signal, watch.moved);
    } catch (error) {
      return this.#interrupted(part, url, attempt.signal, error);
    } finally {
      watch.end();
    }
    this.#responded(part, url, response);
  }

  #send(job: PartJob, url: string, signal: AbortSignal, moved: () => void): Promise<PartResponse> {
    const { source, meter, concurrency, clock, onChange } = this.#options;
    return source.send(job, url, {
      signal,
      onBytes: (bytes) => {
        if (signal.aborted) return;
        this.#policy.backoff.reached();
        moved();
        const isBusy = this.#running.size >= concurrency.limit && this.#queue.parts.length > 0;
        concurrency.moved(meter.sending(job.partNumber, bytes), clock.now(), isBusy);
        onChange();
      },
    });
  }

  /** The attempt ended without a response: it was paused, it stalled, or the connection was lost. */
  #interrupted(part: QueuedPart, url: string, { aborted, reason }: AbortSignal, error: unknown) {
    if (this.#ended) return;
    if (aborted && reason !== 'stalled') return this.#putBack(part);
    if (!aborted && !(error instanceof ConnectionFailure)) throw error;
    if (aborted) this.#policy.stalled();
    this.#putBack(part, this.#policy.afterLoss(part, url, error));
  }

  #responded(part: QueuedPart, url: string, response: PartResponse): void {
    this.#policy.backoff.responded();
    const outcome = classifyPartResponse(response, part.job.partNumber);
    if (outcome.kind === 'stored') {
      this.#policy.stored();
      void this.#record(part.job, outcome.etag, response);
    } else {
      this.#putBack(part, this.#policy.afterError(part, url, outcome));
    }
  }

  /** Runs beside the sending of the next parts: the network does not wait for checksums and records. */
  async #record(job: PartJob, etag: string, response: PartResponse): Promise<void> {
    const { source, meter, onStored } = this.#options;
    this.#recording++;
    try {
      const crc = await response.crc();
      source.release(job);
      meter.stored(job.partNumber, job.size);
      await onStored({ job, etag, crc });
      this.#recording--;
      this.#startParts();
    } catch (error) {
      this.#fail(error);
    }
  }

  #putBack(part: QueuedPart, notBefore = 0): void {
    this.#options.meter.interrupted(part.job.partNumber);
    this.#queue.putBack(part, notBefore);
  }
}
