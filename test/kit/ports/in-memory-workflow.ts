import type { SeenExecution, SeenJob } from '../../../core/reconciliation/reconcile.ts';
import type { Announcement } from '../../../core/uploads/announcement.ts';
import type { Announcements, Executions, Jobs } from '../../../functions/ports/workflow.ts';

/** Step Functions, MediaConvert and the bus in memory. */
export class InMemoryWorkflow {
  /** By ARN, or by name for those that were started here. */
  readonly known = new Map<
    string,
    SeenExecution & { readonly input?: object; readonly jobId?: string; readonly waits?: boolean }
  >();
  readonly jobs = new Map<string, SeenJob>();
  readonly announced: Announcement[] = [];

  readonly executions: Executions = {
    start: async (name, input) => {
      if (this.known.has(name)) return false;
      this.known.set(name, { status: 'RUNNING', input });
      return true;
    },
    describe: async (execution) => this.known.get(execution),
    stop: async (execution) => {
      const before = this.known.get(execution);
      if (before?.status === 'RUNNING') this.known.set(execution, { ...before, status: 'ABORTED' });
    },
    submittedJob: async (execution) => this.known.get(execution)?.jobId,
    waitsForJob: async (execution, jobId) => {
      const found = this.known.get(execution);
      return found?.jobId === jobId && found.waits === true;
    },
  };

  readonly jobPort: Jobs = {
    get: async (jobId) => this.jobs.get(jobId),
    cancel: async (jobId) => {
      const job = this.jobs.get(jobId);
      if (job?.status === 'PROGRESSING') this.jobs.set(jobId, { ...job, status: 'CANCELED' });
    },
  };

  readonly announcements: Announcements = {
    announce: async (announcement) => {
      this.announced.push(announcement);
    },
  };
}
