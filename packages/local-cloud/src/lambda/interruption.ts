/**
 * Ends a run early: the environment dies before the handler runs, or after it; or the run takes longer than
 * the function's timeout.
 */
export type RunInterruption = 'crash_before' | 'crash_after' | 'timeout';

/** Called once for each run, when it begins. Returns undefined for a run that takes its normal course. */
export type InterruptRun = (run: {
  readonly functionName: string;
  readonly payload: string;
}) => RunInterruption | undefined;
