import type { Clock, Timer } from '../../shared/clock.ts';
import type { EmitEvent } from '../../shared/events.ts';
import type { OpenTask, TaskReport } from '../interpreter/signals.ts';
import { parseResource } from '../language/resource.ts';
import { abandonedTasks, cancellationOf, nextRow, statusEvents } from './execution-changes.ts';
import { logLevelOf, writeExecutionLog } from './execution-log.ts';
import type { ExecutionStore } from './execution-store.ts';
import { type Change, LiveExecution, type NewStimulus } from './live-execution.ts';
import type { MachineStore } from './machine-store.ts';
import type { Cancellation, ExecutionRow } from './rows.ts';
import { statusEvent } from './status-event.ts';
import { isJob, jobIdOf, type TaskRunner } from './task-runner.ts';

export interface ExecutionsOptions {
  readonly store: ExecutionStore;
  readonly machines: MachineStore;
  readonly runner: TaskRunner;
  readonly clock: Clock;
  readonly emit: EmitEvent;
  readonly logFile: string;
}

/** Ends of jobs that arrived before the job was known. The limit is high enough for all own jobs. */
const REMEMBERED_JOB_ENDS = 1000;
/** A look-up without a response is repeated after one second, then with doubling pauses. */
const FIRST_LOOK_AGAIN_MS = 1000;
/** Step Functions polls a job once a minute: https://repost.aws/questions/QUFFlHcbvIQFe-bS3RAi7TWA */
const MAX_LOOK_AGAIN_MS = 60_000;

/** All executions: running ones are in memory, the others in the store. */
export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #live = new Map<string, LiveExecution>();
  readonly #endedJobs = new Set<string>();
  readonly #looksAgain = new Set<Timer>();
  #closed = false;

  constructor(options: ExecutionsOptions) {
    this.#options = options;
  }

  /** Stores and starts an execution. It is durable when this returns. */
  start(row: ExecutionRow): void {
    this.#options.store.create(row, { kind: 'start', at: row.started_at });
    this.#take(row);
  }

  /**
   * Sends an input to a running execution. It is stored when this returns; the promise resolves when the
   * execution has processed it.
   */
  async submit(arn: string, stimulus: NewStimulus, also?: () => void): Promise<void> {
    const row = this.#options.store.find(arn);
    const live = this.#live.get(arn) ?? (row === undefined ? undefined : this.#take(row));
    await live?.submit(stimulus, also);
  }

  /** Continues all executions that were running when the process ended, and sends events that were not sent. */
  resume(): void {
    this.#flush();
    for (const row of this.#options.store.running()) if (!this.#live.has(row.arn)) this.#take(row);
    for (const cancellation of this.#options.store.cancellations()) void this.#cancel(cancellation);
  }

  /** Reports the end of a job or execution that a task may wait for. */
  jobEnded(id: string): void {
    let found = false;
    for (const live of this.#live.values())
      for (const task of live.run.tasks)
        if (jobIdOf(task) === id) {
          found = true;
          void this.#look(live, task);
        }
    if (found) return;
    this.#endedJobs.add(id);
    const [oldest] = this.#endedJobs;
    if (this.#endedJobs.size > REMEMBERED_JOB_ENDS && oldest !== undefined)
      this.#endedJobs.delete(oldest);
  }

  /** Waits until submitted inputs are processed; new ones are not accepted. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#looksAgain) timer.cancel();
    await Promise.all([...this.#live.values()].map((live) => live.close()));
  }

  #take(row: ExecutionRow): LiveExecution {
    const { store, clock } = this.#options;
    const live = new LiveExecution({
      row,
      store,
      clock,
      changed: (each, change) => this.#changed(each, change),
      onRestored: (each, tasks) => {
        for (const task of tasks)
          if (task.submitted === undefined) void this.#call(each, task, true);
          else if (isJob(task.resource)) void this.#look(each, task);
      },
      diverged: (each, kept, made) => this.#giveUp(each, kept, made),
    });
    this.#live.set(row.arn, live);
    return live;
  }

  #changed(live: LiveExecution, change: Change): void {
    const { store, machines, logFile } = this.#options;
    const before = live.row;
    live.row = nextRow(before, change);
    const { row } = live;
    const statusChanged = change.stimulus.kind === 'start' || row.status !== before.status;
    const cancellations = abandonedTasks(change).map((task) => cancellationOf(row, task));
    store.keepStep({
      execution: row.arn,
      events: change.events,
      end: change.end,
      stoppedAt: change.stimulus.at,
      openedTokens: change.opened.flatMap(({ id, token }) =>
        token === undefined ? [] : [{ token, task: id }],
      ),
      closedTasks: change.closed.map(({ id }) => id),
      cancellations,
      outgoing: statusChanged ? statusEvents(row, change) : [],
    });
    const logging = machines.find(row.machine_arn)?.logging ?? null;
    writeExecutionLog(logFile, row.arn, logLevelOf(logging), change.events);
    this.#flush();
    for (const task of change.opened) void this.#call(live, task, false);
    for (const cancellation of cancellations) void this.#cancel(cancellation);
    if (live.run.end === undefined) return;
    this.#live.delete(row.arn);
    this.jobEnded(row.arn);
  }

  /** Ends an execution that an earlier version of the engine started and this version would run differently. */
  #giveUp({ row }: LiveExecution, kept: number, made: number): void {
    this.#live.delete(row.arn);
    if (row.status !== 'RUNNING') return;
    const cause = `The execution cannot continue: its history has ${kept} events, and this version of the engine produces ${made}.`;
    const details = { error: 'States.Runtime', cause };
    const at = this.#options.clock.now();
    const ended = { ...row, status: 'FAILED' as const, stopped_at: at, ...details };
    this.#options.store.keepStep({
      execution: row.arn,
      events: [
        { id: kept + 1, previousEventId: kept, timestamp: at, type: 'ExecutionFailed', details },
      ],
      end: { status: 'FAILED', ...details },
      stoppedAt: at,
      openedTokens: [],
      closedTasks: [],
      cancellations: [],
      outgoing: [statusEvent(ended, at)],
    });
    this.#flush();
  }

  /** Sends the events that the bus has not stored; an event is deleted after that. */
  #flush(): void {
    for (const { id, event } of this.#options.store.outgoing()) {
      try {
        this.#options.emit(event);
      } catch {
        // The bus did not store it: it stays for the next change or the next start.
        return;
      }
      this.#options.store.dropOutgoing(id);
    }
  }

  async #call(live: LiveExecution, task: OpenTask, again: boolean): Promise<void> {
    const report = await this.#options.runner.call(live.row, task);
    await this.#report(live, task, report);
    if (report.kind !== 'submitted' || this.#closed) return;
    const submitted = { ...task, submitted: report.output };
    const id = jobIdOf(submitted);
    // The end may have been reported before the job was known, or while the engine was not running.
    if (id !== undefined && (again || this.#endedJobs.delete(id)))
      await this.#look(live, submitted);
  }

  async #look(live: LiveExecution, task: OpenTask, pause = FIRST_LOOK_AGAIN_MS): Promise<void> {
    const report = await this.#options.runner.look(live.row, task);
    if (report === 'unanswered') this.#lookAgain(live, task, pause);
    else if (report !== 'running') await this.#report(live, task, report);
  }

  #lookAgain(live: LiveExecution, task: OpenTask, pause: number): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    const timer = clock.at(clock.now() + pause, () => {
      this.#looksAgain.delete(timer);
      if (live.run.tasks.some(({ id }) => id === task.id))
        void this.#look(live, task, Math.min(MAX_LOOK_AGAIN_MS, pause * 2));
    });
    this.#looksAgain.add(timer);
  }

  async #report(live: LiveExecution, task: OpenTask, report: TaskReport): Promise<void> {
    if (this.#closed) return;
    if (live.run.tasks.some(({ id }) => id === task.id)) {
      await live.submit({ kind: 'task', task: task.id, report });
      return;
    }
    if (report.kind !== 'submitted' || !isJob(task.resource)) return;
    // The state ended while its job was being submitted.
    const cancellation = cancellationOf(live.row, { ...task, submitted: report.output });
    this.#options.store.addCancellation(cancellation);
    await this.#cancel(cancellation);
  }

  async #cancel(cancellation: Cancellation): Promise<void> {
    const { store, runner } = this.#options;
    const row = store.find(cancellation.execution);
    const resource = parseResource(cancellation.resource);
    if (row !== undefined && resource !== undefined)
      try {
        const { task: id, submitted } = cancellation;
        await runner.cancel(row, { id, resource, arguments: null, submitted });
      } catch {
        // A job that has ended or never existed cannot be cancelled: there is nothing to do.
      }
    if (!this.#closed) store.dropCancellation(cancellation);
  }
}
