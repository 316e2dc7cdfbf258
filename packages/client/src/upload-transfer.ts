import type { Upload } from '../../../core/contract/wire.ts';
import { uploadsApi } from './api.ts';
import { onAbort } from './clock.ts';
import type { OpenSource, Platform } from './platform.ts';
import type { Progress } from './progress.ts';
import type { ResumeRecord } from './resume-record.ts';
import { runUpload } from './run-upload.ts';
import { asUploadError, UploadError } from './upload-error.ts';
import type { Transfer, UploadOptions } from './upload-options.ts';
import { type UploadSettings, uploadSettings } from './upload-settings.ts';
import { UploadState } from './upload-state.ts';

/** The handle on a running upload. All that changes is in its `UploadState`. */
export class UploadTransfer implements Transfer {
  readonly done: Promise<Upload>;
  readonly #options: UploadSettings;
  readonly #state: UploadState;
  readonly #controller = new AbortController();
  /** Resolves when the upload has ended, with its error if it has one. */
  readonly #ended: Promise<UploadError | undefined>;

  /**
   * Starts an upload.
   *
   * @param record the unfinished upload to resume
   */
  constructor(platform: Platform, open: OpenSource, options: UploadOptions, record?: ResumeRecord) {
    const { signal } = options;
    this.#options = uploadSettings(options, platform);
    this.#state = new UploadState(this.#options.clock, options.onProgress);
    const stopListening = onAbort(signal, () =>
      this.#controller.abort(new UploadError('aborted', { cause: signal?.reason })),
    );
    const run = runUpload({
      platform,
      open,
      options: this.#options,
      record,
      signal: this.#controller.signal,
      state: this.#state,
    }).then(
      (upload) => {
        this.#state.end('done');
        return upload;
      },
      (thrown) => {
        const error = asUploadError(thrown, 'internal_error');
        const isCancelled = error.code === 'cancelled';
        this.#state.end(
          isCancelled ? 'cancelled' : error.code === 'aborted' ? 'stopped' : 'failed',
        );
        throw error;
      },
    );
    this.#ended = run
      .then(
        () => undefined,
        (error) => error,
      )
      .finally(stopListening);
    // A separate promise: if the app does not handle `done`, its rejection must stay visible.
    this.done = run.then((upload) => upload);
  }

  get uploadId(): string | undefined {
    return this.#state.uploadId;
  }

  get progress(): Progress {
    return this.#state.progress;
  }

  pause(): void {
    this.#state.setPaused(true);
  }

  resume(): void {
    this.#state.setPaused(false);
  }

  async cancel(): Promise<void> {
    // The app that cancels knows why `done` rejects: that is not an unhandled rejection.
    this.done.catch(() => undefined);
    this.#controller.abort(new UploadError('cancelled'));
    const error = await this.#ended;
    const { uploadId, session } = this.#state;
    // The response to the creation was lost: there may be an upload, and its record leads to it.
    if (uploadId === undefined && error?.code === 'network') throw error;
    const { signal: _, ...options } = this.#options;
    if (uploadId !== undefined) await uploadsApi(options).cancel(uploadId);
    await session.remove();
  }
}
