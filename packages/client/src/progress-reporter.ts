import type { Clock } from './clock.ts';
import type { Progress } from './progress.ts';

/** People do not see more than this, and a page that draws more often is slower. */
const MIN_INTERVAL_MS = 100;
/** While nothing moves, the speed still has to fall. */
const IDLE_INTERVAL_MS = 500;

/** Calls `onProgress`: at every change of state, else at most ten times a second. */
export interface ProgressReporter {
  /** Something has changed. */
  report(): void;
  stop(): void;
}

/** @param read returns the current progress */
export function progressReporter(
  clock: Clock,
  read: () => Progress,
  onProgress: ((progress: Progress) => void) | undefined,
): ProgressReporter {
  let lastAt = 0;
  let lastState: string | undefined;
  let cancelTimer = () => {};
  const report = () => {
    if (!onProgress) return;
    const now = clock.now();
    const progress = read();
    if (lastState === progress.state && now - lastAt < MIN_INTERVAL_MS) return;
    lastAt = now;
    lastState = progress.state;
    try {
      onProgress(progress);
    } catch (error) {
      // The app's own error is reported where the app sees it, and the upload continues.
      void Promise.reject(error);
    }
  };
  const startTimer = () => {
    cancelTimer = clock.after(IDLE_INTERVAL_MS, () => {
      report();
      startTimer();
    });
  };
  if (onProgress) startTimer();
  return { report, stop: () => cancelTimer() };
}
