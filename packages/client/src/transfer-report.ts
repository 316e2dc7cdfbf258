import type { PartScheduler } from './part-scheduler.ts';
import type { TransferState } from './progress.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { ResumeSession } from './resume-session.ts';

/** What the steps of an upload tell the handle on it. */
export interface TransferReport {
  enter(state: TransferState): void;
  /** Something has moved. */
  moved(): void;
  keeping(keeper: ResumeSession): void;
  recorded(uploadId: string): void;
  measuring(meter: ProgressMeter): void;
  /** The parts on their way, to be paused; undefined when they have arrived. */
  sending(sending: PartScheduler | undefined): void;
  /** Whether the upload could be gone on with after a crash. */
  resumable(works: boolean): void;
}
