import type { CompactGrant } from '../../../core/contract/wire.ts';
import type { Clock } from './clock.ts';
import type { PartScheduler } from './part-scheduler.ts';
import type { Progress, TransferState } from './progress.ts';
import { progressMeter } from './progress-meter.ts';
import { type ProgressReporter, progressReporter } from './progress-reporter.ts';
import type { Fingerprint } from './resume-record.ts';
import { resumeSession } from './resume-session.ts';

/** A grant, and when it was requested. */
export interface RequestedGrant {
  readonly grant: CompactGrant;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
}

/**
 * Everything that changes during one upload. The steps of the upload (`run-upload.ts`) write it; the handle that the app
 * has (`upload-transfer.ts`) reads it.
 */
export class UploadState {
  /** The step that is running. */
  #step: TransferState = 'preparing';
  #paused = false;
  #scheduler: PartScheduler | undefined;
  readonly #clock: Clock;
  readonly #reporter: ProgressReporter;
  /** The API's id, from the moment when the API has created the upload. */
  declare uploadId: string | undefined;
  declare fingerprint: Fingerprint | undefined;
  /** Present if this run has created the upload. */
  declare grant: RequestedGrant | undefined;
  /** Replaced when the file is open. */
  meter = progressMeter(0);
  /** Replaced when the file is open. */
  session = resumeSession(undefined);
  /** Whether the upload can be resumed after a crash. */
  resumable = false;

  constructor(clock: Clock, onProgress: ((progress: Progress) => void) | undefined) {
    this.#clock = clock;
    this.#reporter = progressReporter(clock, () => this.progress, onProgress);
  }

  get progress(): Progress {
    return {
      ...this.meter.measure(this.#clock.now(), this.#transferState()),
      resumable: this.resumable,
      lastFailure: this.#scheduler?.lastFailure,
    };
  }

  enter(step: TransferState): void {
    this.#step = step;
    this.#reporter.report();
  }

  end(step: TransferState): void {
    this.#reporter.stop();
    this.enter(step);
  }

  /** Something has changed that progress shows. */
  changed(): void {
    this.#reporter.report();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#scheduler?.pause();
    else this.#scheduler?.resume();
    this.#reporter.report();
  }

  /** Runs the scheduler of parts, so that it can be paused. */
  async send(scheduler: PartScheduler): Promise<void> {
    this.#scheduler = scheduler;
    if (this.#paused) scheduler.pause();
    try {
      await scheduler.run();
    } finally {
      this.#scheduler = undefined;
    }
  }

  #transferState(): TransferState {
    if (this.#step !== 'uploading') return this.#step;
    if (this.#paused) return 'paused';
    return this.#scheduler?.waitsForNetwork ? 'waiting' : 'uploading';
  }
}
