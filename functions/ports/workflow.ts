import type { SeenExecution, SeenJob } from '../../core/reconciliation/reconcile.ts';
import type { Announcement } from '../../core/uploads/announcement.ts';

/** Executions of the upload workflow, by ARN. */
export interface Executions {
  /** False where an execution of that name was started before. */
  start(name: string, input: object): Promise<boolean>;
  /** Undefined where Step Functions no longer knows it. */
  describe(execution: string): Promise<SeenExecution | undefined>;
  /** Also cancels the job that it waits for. Does nothing for one that has ended. */
  stop(execution: string, cause: string): Promise<void>;
  /** The last MediaConvert job that the execution created, by its history. */
  submittedJob(execution: string): Promise<string | undefined>;
  /** Whether the execution is waiting for this job right now. */
  waitsForJob(execution: string, jobId: string): Promise<boolean>;
}

export interface Jobs {
  /** Undefined where MediaConvert no longer knows it. */
  get(jobId: string): Promise<SeenJob | undefined>;
  /** Does nothing for a job that has ended. */
  cancel(jobId: string): Promise<void>;
}

export interface Announcements {
  announce(announcement: Announcement): Promise<void>;
}

/** The AWS requests of one run of the reconciler. */
export interface RequestBudget {
  /** Begins a run. */
  begin(): void;
  /** How many more requests this run may make to the table, the buckets and the bus. */
  left(): number;
}
