import type { Clock } from './clock.ts';
import type { Progress } from './progress.ts';

/** People do not see more than this, and a page that draws more often is slower. */
const MIN_INTERVAL_MS = 100;
/** While nothing moves, the speed still has to fall. */
const IDLE_INTERVAL_MS = 500;

/** Calls `onProgress`: at every change of state, else at most ten times a second. */
export class ProgressReporter {
  readonly #clock: Clock;
  readonly #read: () => Progress;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  #last: { readonly at: number; readonly state: string } | undefined;
  #cancelTimer = () => {};

  constructor(
    clock: Clock,
    read: () => Progress,
    onProgress: ((progress: Progress) => void) | undefined,
  ) {
    this.#clock = clock;
    this.#read = read;
    this.#onProgress = onProgress;
    if (onProgress) this.#startTimer();
  }

  /** Something has changed. */
  report(): void {
    if (!this.#onProgress) return;
    const at = this.#clock.now();
    const progress = this.#read();
    const { state } = progress;
    if (this.#last?.state === state && at - this.#last.at < MIN_INTERVAL_MS) return;
    this.#last = { at, state };
    try {
      this.#onProgress(progress);
    } catch (error) {
      // The app's own error is reported where the app sees it, and the upload continues.
      void Promise.reject(error);
    }
  }

  stop(): void {
    this.#cancelTimer();
  }

  #startTimer(): void {
    this.#cancelTimer = this.#clock.after(IDLE_INTERVAL_MS, () => {
      this.report();
      this.#startTimer();
    });
  }
}
