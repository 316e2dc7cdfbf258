import { classifyPartResponse } from './classify-part-response.ts';
import { type Clock, stopped } from './clock.ts';
import type { ConcurrencyControl } from './concurrency.ts';
import { NetworkBackoff } from './network-backoff.ts';
import {
  ConnectionFailure,
  type PartJob,
  type PartResponse,
  type PartSource,
} from './part-source.ts';
import type { PartUrls } from './part-urls.ts';
import type { ProgressMeter } from './progress-meter.ts';
import { backoffMs, type Connectivity } from './retry.ts';
import { stallWatch } from './stall-watch.ts';
import { UploadError } from './upload-error.ts';

export interface SentPart {
  readonly part: PartJob;
  readonly etag: string;
  readonly crc: bigint;
}

export interface SendOptions {
  readonly source: PartSource;
  readonly urls: PartUrls;
  readonly meter: ProgressMeter;
  readonly concurrency: ConcurrencyControl;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly connectivity: Connectivity;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which a part is sent again; twice as many after each such time. */
  readonly stallMs: number;
  /** Milliseconds that a lost network is waited for. */
  readonly patienceMs: number;
  readonly onSent: (sent: SentPart) => Promise<void>;
  /** Something is different: bytes moved, or it began or ceased to wait for the network. */
  readonly onChange: () => void;
}

/** For one part: errors of S3, some minutes of them, or connections that fail while others work. A network that is down does not count. */
const MAX_FAILURES = 20;
/** A URL that was signed just now and is refused again is no matter of expiry. */
const MAX_REFUSALS = 3;
const LOSSES_BEFORE_SIGNING = 3;
const MAX_STALL_MS = 600_000;

interface PartState {
  readonly part: PartJob;
  failures: number;
  refusals: number;
  losses: number;
  /** How many parts had arrived when this one's connection last failed. */
  arrivalsSeen: number;
  /** Milliseconds since the epoch; 0: at once. */
  notBefore: number;
}

/** What ends an attempt from our side; the part goes back into the row and nothing is counted. */
type Interruption = 'paused' | 'stalled';

/** Sends parts in parallel until all have arrived: the scheduler of a transfer. */
export class PartScheduler {
  readonly #options: SendOptions;
  #stallMs: number;
  readonly #waiting: PartState[];
  readonly #running = new Map<PartState, AbortController>();
  /** Parts that have arrived and are being summed up and recorded. */
  #settling = 0;
  readonly #ending: Promise<void>;
  #succeed = () => {};
  #giveUp = (_error: unknown) => {};
  #paused = false;
  #ended = false;
  #arrivals = 0;
  readonly #outage: NetworkBackoff;
  #takeTimerBack = () => {};

  constructor(parts: readonly PartJob[], options: SendOptions) {
    this.#options = options;
    this.#stallMs = options.stallMs;
    this.#outage = new NetworkBackoff(options.patienceMs);
    this.#waiting = parts.map((part) => ({
      part,
      failures: 0,
      refusals: 0,
      losses: 0,
      arrivalsSeen: 0,
      notBefore: 0,
    }));
    // Promise.withResolvers is younger than the browsers and the Node that this runs on.
    this.#ending = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#giveUp = reject;
    });
  }

  /** Whether it waits for the network. */
  get waitsForNetwork(): boolean {
    const { losses } = this.#outage;
    return losses > 1 || (losses > 0 && this.#running.size === 0);
  }

  /** The parts that have not arrived. */
  outstanding(): number[] {
    return [...this.#running.keys(), ...this.#waiting].map(({ part }) => part.partNumber);
  }

  /**
   * Resolves when every part has arrived.
   *
   * @throws UploadError
   */
  async run(): Promise<void> {
    const { signal, connectivity } = this.#options;
    const stop = () => this.#fail(stopped(signal));
    const takeBack = connectivity.onOnline(() => {
      this.#outage.blockedUntil = 0;
      this.#pump();
    });
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) throw stopped(signal);
      this.#pump();
      await this.#ending;
    } finally {
      this.#ended = true;
      takeBack();
      this.#takeTimerBack();
      signal.removeEventListener('abort', stop);
      for (const attempt of this.#running.values()) attempt.abort();
    }
  }

  pause(): void {
    this.#paused = true;
    this.#outage.answered();
    this.#options.concurrency.interrupted();
    for (const attempt of this.#running.values()) attempt.abort('paused' satisfies Interruption);
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  #fail(error: unknown): void {
    this.#ended = true;
    this.#giveUp(error);
  }

  #pump(): void {
    if (this.#ended || this.#paused) return;
    if (this.#waiting.length + this.#running.size + this.#settling === 0) {
      this.#succeed();
      return;
    }
    const { clock, concurrency } = this.#options;
    const now = clock.now();
    this.#takeTimerBack();
    if (now < this.#outage.blockedUntil) {
      concurrency.interrupted();
      this.#lookAgainAt(this.#outage.blockedUntil, now);
      return;
    }
    // A part that waits for its next try keeps its place: else ever more of a stream would have to be held.
    const resting = this.#waiting.map(({ notBefore }) => notBefore).filter((time) => time > now);
    // Who sums up slower than the line sends is waited for: what has arrived must be recorded some time.
    while (Math.max(this.#running.size + resting.length, this.#settling) < concurrency.limit) {
      const state = this.#waiting.find(({ notBefore }) => notBefore <= now);
      if (!state) break;
      this.#waiting.splice(this.#waiting.indexOf(state), 1);
      this.#begin(state);
    }
    if (resting.length > 0) this.#lookAgainAt(Math.min(...resting), now);
  }

  #lookAgainAt(at: number, now: number): void {
    this.#takeTimerBack = this.#options.clock.after(at - now, () => this.#pump());
  }

  #begin(state: PartState): void {
    const attempt = new AbortController();
    this.#running.set(state, attempt);
    this.#attempt(state, attempt)
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#running.delete(state);
        this.#options.onChange();
        this.#pump();
      });
  }

  /** One try of a part. What it throws ends the transfer; all else is settled here. */
  async #attempt(state: PartState, attempt: AbortController): Promise<void> {
    const { source, meter, urls, clock } = this.#options;
    const { partNumber } = state.part;
    await source.ready?.(state.part);
    const url = await urls.of(partNumber);
    if (attempt.signal.aborted) return this.#putBack(state, 0);
    const watch = stallWatch(clock, this.#stallMs, () =>
      attempt.abort('stalled' satisfies Interruption),
    );
    let answer: PartResponse;
    try {
      answer = await this.#send(state.part, url, attempt.signal, watch.moved);
    } catch (error) {
      meter.brokenOff(partNumber);
      if (this.#ended) return;
      if (attempt.signal.aborted && attempt.signal.reason !== 'stalled') {
        return this.#putBack(state, 0);
      }
      if (!attempt.signal.aborted && !(error instanceof ConnectionFailure)) throw error;
      if (attempt.signal.aborted) {
        // What has left stands in buffers that a slow line may take longer to empty, and what has not may wait for
        // another upload's connections: it gets the time, next time.
        this.#stallMs = Math.min(this.#stallMs * 2, MAX_STALL_MS);
        this.#outage.reached();
      }
      return this.#lost(state, url, error);
    } finally {
      watch.end();
    }
    await this.#answered(state, url, answer);
  }

  #send(part: PartJob, url: string, signal: AbortSignal, moved: () => void): Promise<PartResponse> {
    const { source, meter, concurrency, clock, onChange } = this.#options;
    return source.send(part, url, {
      signal,
      onBytes: (bytes) => {
        if (signal.aborted) return;
        this.#outage.reached();
        moved();
        const busy = this.#running.size >= concurrency.limit && this.#waiting.length > 0;
        concurrency.moved(meter.sending(part.partNumber, bytes), clock.now(), busy);
        onChange();
      },
    });
  }

  async #answered(state: PartState, url: string, answer: PartResponse): Promise<void> {
    const { meter, urls, clock, random, concurrency } = this.#options;
    const { part } = state;
    this.#outage.answered();
    const verdict = classifyPartResponse(answer, part.partNumber);
    if (verdict.kind === 'arrived') {
      this.#arrivals++;
      concurrency.arrived();
      this.#stallMs = Math.max(this.#options.stallMs, this.#stallMs / 2);
      void this.#settle(part, verdict.etag, answer);
      return;
    }
    meter.brokenOff(part.partNumber);
    if (verdict.kind === 'refused') throw verdict.error;
    if (verdict.kind === 'sign') {
      if (++state.refusals >= MAX_REFUSALS) throw verdict.error;
      urls.refused(part.partNumber, url);
      return this.#putBack(state, 0);
    }
    if (++state.failures >= MAX_FAILURES) throw verdict.error;
    concurrency.failed(clock.now());
    this.#putBack(state, clock.now() + backoffMs(state.failures, random()));
  }

  /** The line need not wait for a part's checksum and its record: the next part is on its way meanwhile. */
  async #settle(part: PartJob, etag: string, answer: PartResponse): Promise<void> {
    const { source, meter, onSent } = this.#options;
    this.#settling++;
    try {
      const crc = await answer.crc();
      source.release(part);
      meter.arrived(part.partNumber, part.size);
      await onSent({ part, etag, crc });
      this.#settling--;
      this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The connection failed or stood still: the line's fault, which is waited out. */
  #lost(state: PartState, url: string, cause: unknown): void {
    const { clock, random, connectivity, concurrency, urls } = this.#options;
    const { partNumber } = state.part;
    const now = clock.now();
    concurrency.failed(now);
    if (!connectivity.online()) {
      this.#outage.offline(now);
      this.#putBack(state, 0);
      return;
    }
    // A refusal while bytes are still being sent can look like a lost connection; and the API knows whether the
    // upload is still there.
    if (++state.losses % LOSSES_BEFORE_SIGNING === 0) urls.refused(partNumber, url);
    if (this.#arrivals > state.arrivalsSeen) state.failures++;
    state.arrivalsSeen = this.#arrivals;
    const notBefore = this.#outage.lost(now, this.#stallMs, random());
    if (notBefore === undefined || state.failures >= MAX_FAILURES) {
      throw new UploadError('network', { cause, partNumber });
    }
    this.#putBack(state, notBefore);
  }

  #putBack(state: PartState, notBefore: number): void {
    this.#options.meter.brokenOff(state.part.partNumber);
    state.notBefore = notBefore;
    const index = this.#waiting.findIndex(({ part }) => part.partNumber > state.part.partNumber);
    this.#waiting.splice(index < 0 ? this.#waiting.length : index, 0, state);
  }
}
