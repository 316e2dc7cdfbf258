import type { Upload } from '../../../core/contract/wire.ts';
import { uploadsApi } from './api.ts';
import { type Clock, systemClock } from './clock.ts';
import type { PartScheduler } from './part-scheduler.ts';
import type { OpenSource, Platform } from './platform.ts';
import type { Progress, TransferState } from './progress.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { ResumeRecord } from './resume-record.ts';
import type { ResumeSession } from './resume-session.ts';
import { runUpload } from './run-upload.ts';
import type { TransferReport } from './transfer-report.ts';
import { asUploadError, UploadError } from './upload-error.ts';
import type { Transfer, UploadOptions } from './upload-options.ts';

/** People see no more than this; a page that draws more often is slower for it. */
const TELL_EVERY_MS = 100;
/** While nothing moves, the speed still has to fall. */
const LOOK_EVERY_MS = 500;

/** Starts an upload, or goes on with `record`'s, and answers the handle on it. */
export function startTransfer(
  platform: Platform,
  open: OpenSource,
  options: UploadOptions,
  record?: ResumeRecord,
): Transfer {
  return new RunningTransfer(platform, open, options, record);
}

/** Records are found by it. */
export function baseUrl(api: string): string {
  return api.replace(/\/+$/, '');
}

class RunningTransfer implements Transfer {
  readonly done: Promise<Upload>;
  readonly #options: UploadOptions;
  readonly #clock: Clock;
  readonly #ending = new AbortController();
  readonly #settled: Promise<UploadError | undefined>;
  #uploadId: string | undefined;
  #state: TransferState = 'preparing';
  #paused = false;
  #meter: ProgressMeter | undefined;
  #sending: PartScheduler | undefined;
  #keeper: ResumeSession | undefined;
  #resumable = false;
  #told: { at: number; state: TransferState } | undefined;
  #stopLooking = () => {};

  constructor(
    platform: Platform,
    open: OpenSource,
    options: UploadOptions,
    record: ResumeRecord | undefined,
  ) {
    const { connectivity = platform.connectivity } = options;
    this.#options = { ...options, connectivity, api: baseUrl(options.api) };
    this.#clock = options.clock ?? systemClock;
    const stop = () =>
      this.#ending.abort(new UploadError('aborted', { cause: options.signal?.reason }));
    options.signal?.addEventListener('abort', stop);
    if (options.signal?.aborted) stop();
    this.#lookOn();
    const run = runUpload({
      platform,
      open,
      options: this.#options,
      record,
      signal: this.#ending.signal,
      report: this.#report(),
    }).then(
      (upload) => {
        this.#end('done');
        return upload;
      },
      (thrown) => {
        const error = asUploadError(thrown, 'internal_error');
        const ends: Record<string, TransferState> = { cancelled: 'cancelled', aborted: 'stopped' };
        this.#end(ends[error.code] ?? 'failed');
        throw error;
      },
    );
    this.#settled = run
      .then(
        () => undefined,
        (error) => error,
      )
      .finally(() => options.signal?.removeEventListener('abort', stop));
    // A promise of its own: that nobody waits for `done` must not be hidden by our waiting for the end.
    this.done = run.then((upload) => upload);
  }

  get uploadId(): string | undefined {
    return this.#uploadId;
  }

  get progress(): Progress {
    const state = this.#shownState();
    const now = this.#clock.now();
    if (this.#meter) return this.#meter.look(now, state, this.#resumable);
    const nothing = { sentBytes: 0, totalBytes: 0, bytesPerSecond: 0, partsOnTheWay: 0 };
    return { state, ...nothing, secondsLeft: undefined, resumable: this.#resumable };
  }

  pause(): void {
    this.#paused = true;
    this.#sending?.pause();
    this.#tell();
  }

  resume(): void {
    this.#paused = false;
    this.#sending?.resume();
    this.#tell();
  }

  async cancel(): Promise<void> {
    // Who cancels knows why `done` rejects: without anybody waiting for it, that is no unhandled rejection.
    this.done.catch(() => undefined);
    this.#ending.abort(new UploadError('cancelled'));
    const error = await this.#settled;
    // Its creation was answered to nobody: there may be an upload, and its record leads to it.
    if (this.#uploadId === undefined && error?.code === 'network') throw error;
    const { signal: _, ...options } = this.#options;
    if (this.#uploadId !== undefined) await uploadsApi(options).cancel(this.#uploadId);
    await this.#keeper?.drop();
  }

  #report(): TransferReport {
    return {
      enter: (state) => this.#enter(state),
      moved: () => this.#tell(),
      keeping: (keeper) => {
        this.#keeper = keeper;
      },
      recorded: (uploadId) => {
        this.#uploadId = uploadId;
      },
      measuring: (meter) => {
        this.#meter = meter;
      },
      sending: (sending) => {
        this.#sending = sending;
        if (this.#paused) sending?.pause();
      },
      resumable: (works) => {
        this.#resumable = works;
      },
    };
  }

  #enter(state: TransferState): void {
    this.#state = state;
    this.#tell();
  }

  #shownState(): TransferState {
    if (this.#state !== 'uploading') return this.#state;
    if (this.#paused) return 'paused';
    return this.#sending?.waitsForNetwork ? 'waiting' : 'uploading';
  }

  #end(state: TransferState): void {
    this.#stopLooking();
    this.#enter(state);
  }

  #lookOn(): void {
    this.#stopLooking = this.#clock.after(LOOK_EVERY_MS, () => {
      this.#tell();
      this.#lookOn();
    });
  }

  #tell(): void {
    if (!this.#options.onProgress) return;
    const now = this.#clock.now();
    const state = this.#shownState();
    const soon = this.#told && now - this.#told.at < TELL_EVERY_MS;
    if (soon && this.#told?.state === state) return;
    this.#told = { at: now, state };
    try {
      this.#options.onProgress(this.progress);
    } catch (error) {
      // The app's own mistake is told where mistakes are; the upload goes on.
      void Promise.reject(error);
    }
  }
}
