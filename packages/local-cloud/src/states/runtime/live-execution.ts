import type { Clock, Timer } from '../../shared/clock.ts';
import { Run, type RunEnd } from '../interpreter/run.ts';
import type { OpenTask, Stimulus } from '../interpreter/signals.ts';
import type { HistoryEvent } from '../language/history.ts';
import { parseJson } from '../language/json.ts';
import { asDefinition } from '../validation/read-definition.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { ExecutionRow } from './rows.ts';

/** An input without its time. */
export type NewStimulus = Stimulus extends infer S
  ? S extends Stimulus
    ? Omit<S, 'at'>
    : never
  : never;

/** The changes by one input. */
export interface Change {
  readonly stimulus: Stimulus;
  readonly events: readonly HistoryEvent[];
  readonly opened: readonly OpenTask[];
  /** Tasks that have ended, for any reason. */
  readonly closed: readonly OpenTask[];
  readonly end: RunEnd | undefined;
}

export interface LiveOptions {
  readonly row: ExecutionRow;
  readonly store: ExecutionStore;
  readonly clock: Clock;
  /** Stores a change and acts on it. */
  readonly changed: (live: LiveExecution, change: Change) => void;
  /** Called with the tasks that were open when the execution was restored. */
  readonly onRestored: (live: LiveExecution, tasks: readonly OpenTask[]) => void;
  /**
   * The history of this version of the interpreter differs from the stored one: the execution cannot
   * continue.
   */
  readonly diverged: (live: LiveExecution, kept: number, made: number) => void;
}

/**
 * One execution in memory: the run, computed from its inputs, and a queue that applies one input at a time in
 * the stored order.
 */
export class LiveExecution {
  row: ExecutionRow;
  readonly run: Run;
  readonly #options: LiveOptions;
  #queue: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;
  #lastAt = 0;
  #closed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.row = options.row;
    const { row } = options;
    this.run = new Run({
      definition: asDefinition(parseJson(row.definition)),
      executionArn: row.arn,
      executionName: row.name,
      stateMachineArn: row.machine_arn,
      stateMachineName: row.machine_name,
      roleArn: row.role_arn,
      input: parseJson(row.input),
      startedAt: row.started_at,
      seed: row.seed,
    });
    const kept = options.store.stimuli(row.arn);
    this.#lastAt = kept.at(-1)?.at ?? 0;
    void this.#enqueue(() => this.#resumeState(kept));
  }

  /** Stores an input (with the writes of `also`) before it returns; the promise resolves when it is applied. */
  submit(stimulus: NewStimulus, also?: () => void): Promise<void> {
    const at = Math.max(this.#options.clock.now(), this.#lastAt);
    this.#lastAt = at;
    const timed = { ...stimulus, at } as Stimulus;
    this.#options.store.addStimulus(this.row.arn, timed, also);
    return this.#enqueue(() => this.#apply(timed));
  }

  /** Resolves when all submitted inputs are applied. */
  settled(): Promise<void> {
    return this.#queue;
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    return this.#queue;
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(() => (this.#closed ? undefined : work()));
    return this.#queue;
  }

  async #resumeState(kept: readonly Stimulus[]): Promise<void> {
    const { store } = this.#options;
    let events = 0;
    for (const stimulus of kept.slice(0, this.row.applied))
      events += (await this.run.apply(stimulus)).length;
    const known = store.eventCount(this.row.arn);
    if (events !== known) {
      this.#closed = true;
      this.#options.diverged(this, known, events);
      return;
    }
    const open = this.run.tasks;
    for (const stimulus of kept.slice(this.row.applied)) await this.#apply(stimulus);
    const still = new Set(this.run.tasks.map(({ id }) => id));
    this.#options.onRestored(
      this,
      open.filter(({ id }) => still.has(id)),
    );
    this.#arm();
  }

  async #apply(stimulus: Stimulus): Promise<void> {
    const before = this.run.tasks;
    const ended = this.run.end;
    const events = await this.run.apply(stimulus);
    const after = this.run.tasks;
    const ids = (tasks: readonly OpenTask[]) => new Set(tasks.map(({ id }) => id));
    const [old, open] = [ids(before), ids(after)];
    this.#options.changed(this, {
      stimulus,
      events,
      opened: after.filter(({ id }) => !old.has(id)),
      closed: before.filter(({ id }) => !open.has(id)),
      end: ended === undefined || stimulus.kind === 'redrive' ? this.run.end : undefined,
    });
    this.#arm();
  }

  /** Sets a timer for the earliest timer of the run. */
  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [first] = [...this.run.timers].sort((a, b) => a.at - b.at);
    if (first === undefined || this.#closed) return;
    this.#timer = this.#options.clock.at(first.at, () => {
      if (!this.#closed) void this.submit({ kind: 'timer', timer: first.id });
    });
  }
}
