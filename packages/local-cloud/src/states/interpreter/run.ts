import type { Definition, QueryLanguage, State } from '../language/definition.ts';
import { queryLanguageOf } from '../language/definition.ts';
import { runtimeFailure, type StateFailure } from '../language/failure.ts';
import type { HistoryEvent } from '../language/history.ts';
import { type Json, type JsonObject, stringifyJson } from '../language/json.ts';
import { HISTORY_EVENTS } from '../language/limits.ts';
import { SeededRandom } from '../query/determinism.ts';
import { newProgress, type Progress } from './progress.ts';
import { Scheduler } from './scheduler.ts';
import { Scope } from './scope.ts';
import { resumeSequence, runSequence } from './sequence.ts';
import type { OpenTask, OpenTimer, Outcome, Steps, Stimulus } from './signals.ts';
import type { Machine, Sequence } from './visit.ts';

export interface RunOptions {
  readonly definition: Definition;
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly input: Json;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** A secret, different for every execution: tokens and random values follow from it. */
  readonly seed: string;
}

export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface RunEnd {
  readonly status: Exclude<RunStatus, 'RUNNING'>;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

const ROOT = 'execution';

/**
 * One execution, as a pure function of its options and inputs, in their order: no clock, no I/O. The same
 * inputs give the same execution again, which is how a restart restores it. Apply one input at a time.
 */
export class Run implements Machine {
  readonly context: JsonObject;
  readonly surroundings: { now: number; readonly random: SeededRandom };
  readonly #options: RunOptions;
  readonly #scheduler = new Scheduler();
  readonly #root: Progress = newProgress(new Scope(), 0);
  readonly #tasks = new Map<string, { task: OpenTask; readonly owner: string }>();
  readonly #timers = new Map<string, { readonly timer: OpenTimer; readonly owner: string }>();
  #fresh: HistoryEvent[] = [];
  #lastEventId = 0;
  #lastSequence = 0;
  #lastHandle = 0;
  #timeout: string | undefined;
  #redrives = 0;
  #end: RunEnd | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.surroundings = { now: options.startedAt, random: new SeededRandom(options.seed) };
    this.context = {};
    this.context = this.#contextObject();
  }

  /** The end of the execution; undefined while it runs. */
  get end(): RunEnd | undefined {
    return this.#end;
  }

  get tasks(): readonly OpenTask[] {
    return [...this.#tasks.values()].map(({ task }) => task);
  }

  get timers(): readonly OpenTimer[] {
    return [...this.#timers.values()].map(({ timer }) => timer);
  }

  /** Applies one input and returns the resulting events. */
  async apply(stimulus: Stimulus): Promise<readonly HistoryEvent[]> {
    this.surroundings.now = stimulus.at;
    this.#take(stimulus);
    await this.#scheduler.settle();
    const events = this.#fresh;
    this.#fresh = [];
    return events;
  }

  #take(stimulus: Stimulus) {
    switch (stimulus.kind) {
      case 'start':
        return this.#start();
      case 'redrive':
        return this.#redrive();
      case 'stop':
        return this.#finish(
          {
            status: 'ABORTED',
            ...(stimulus.error === undefined ? {} : { error: stimulus.error }),
            ...(stimulus.cause === undefined ? {} : { cause: stimulus.cause }),
          },
          'ExecutionAborted',
        );
      case 'timer':
        return this.#fire(stimulus.timer);
      case 'task': {
        const open = this.#tasks.get(stimulus.task);
        if (open === undefined) return;
        const { report } = stimulus;
        if (report.kind === 'submitted') open.task = { ...open.task, submitted: report.output };
        return this.#scheduler.post(open.owner, { kind: 'task', task: stimulus.task, report });
      }
    }
  }

  #start(): void {
    const { definition, input, roleArn } = this.#options;
    this.emit(this.#root, 'ExecutionStarted', {
      input: stringifyJson(input),
      inputDetails: { truncated: false },
      roleArn,
    });
    this.#openTimeout(definition.TimeoutSeconds);
    this.#spawnRoot(runSequence(this.#sequence(), input));
  }

  #redrive(): void {
    if (this.#end === undefined) return;
    this.#end = undefined;
    this.#redrives += 1;
    Object.assign(this.context, this.#contextObject());
    this.#root.outcome = undefined;
    this.emit(this.#root, 'ExecutionRedriven', { redriveCount: this.#redrives });
    this.#openTimeout(this.#options.definition.TimeoutSeconds);
    const sequence = this.#sequence();
    this.#spawnRoot(resumeSequence(sequence) ?? runSequence(sequence, this.#options.input));
  }

  #fire(timer: string) {
    const open = this.#timers.get(timer);
    if (open === undefined) return;
    this.#timers.delete(timer);
    if (timer !== this.#timeout) return this.#scheduler.post(open.owner, { kind: 'timer', timer });
    this.#finish({ status: 'TIMED_OUT', error: 'States.Timeout' }, 'ExecutionTimedOut');
  }

  #spawnRoot(steps: Steps<Json>): void {
    this.#scheduler.start(ROOT, steps, (outcome) => this.#ended(outcome));
  }

  #ended(outcome: Outcome): void {
    if (this.#end !== undefined) return;
    this.#root.outcome = outcome;
    if (outcome.ok) {
      const { output } = outcome;
      this.#end = { status: 'SUCCEEDED', output };
      this.emit(this.#root, 'ExecutionSucceeded', {
        output: stringifyJson(output),
        outputDetails: { truncated: false },
      });
    } else this.#failed(outcome.failure);
    this.#close();
  }

  #failed({ error, reason }: StateFailure): void {
    const details = {
      ...(error === undefined ? {} : { error }),
      ...(reason === undefined ? {} : { cause: reason }),
    };
    this.#end = { status: 'FAILED', ...details };
    this.emit(this.#root, 'ExecutionFailed', details);
  }

  /** Ends the execution for a reason outside of its states. */
  #finish(end: RunEnd, type: string): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.abort(ROOT, this.#root);
    const { error, cause } = end;
    this.emit(this.#root, type, {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.#close();
  }

  #close(): void {
    this.#tasks.clear();
    this.#timers.clear();
  }

  #sequence(): Sequence {
    const { definition } = this.#options;
    return { id: ROOT, machine: this, states: definition, progress: this.#root, map: undefined };
  }

  #openTimeout(seconds: number | undefined): void {
    if (seconds !== undefined)
      this.#timeout = this.openTimer(ROOT, this.surroundings.now + seconds * 1000);
  }

  #contextObject(): JsonObject {
    const options = this.#options;
    return {
      Execution: {
        Id: options.executionArn,
        Input: options.input,
        Name: options.executionName,
        RoleArn: options.roleArn,
        StartTime: new Date(options.startedAt).toISOString(),
        RedriveCount: this.#redrives,
        ...(this.#redrives === 0
          ? {}
          : { RedriveTime: new Date(this.surroundings.now).toISOString() }),
      },
      StateMachine: { Id: options.stateMachineArn, Name: options.stateMachineName },
    };
  }

  languageOf(state: State): QueryLanguage {
    return queryLanguageOf(this.#options.definition, state);
  }

  emit(progress: Progress, type: string, details?: JsonObject): number {
    // The last event is reserved for the end of the execution.
    if (this.#lastEventId + 1 >= HISTORY_EVENTS && !ENDS.has(type)) {
      if (this.#end !== undefined) return this.#lastEventId;
      throw runtimeFailure(
        `The execution reached the maximum number of history events (${HISTORY_EVENTS}).`,
      );
    }
    this.#lastEventId += 1;
    const id = this.#lastEventId;
    this.#fresh.push({
      id,
      previousEventId: progress.lastEvent,
      timestamp: this.surroundings.now,
      type,
      ...(details === undefined ? {} : { details }),
    });
    progress.lastEvent = id;
    return id;
  }

  openTimer(owner: string, at: number): string {
    const id = this.#handle('timer');
    this.#timers.set(id, { timer: { id, at }, owner });
    return id;
  }

  closeTimer(timer: string): void {
    this.#timers.delete(timer);
  }

  openTask(owner: string, task: Omit<OpenTask, 'id'>): string {
    const id = this.#handle('task');
    this.#tasks.set(id, { task: { id, ...task }, owner });
    return id;
  }

  closeTask(task: string): void {
    this.#tasks.delete(task);
  }

  newToken(): string {
    const { random } = this.surroundings;
    const half = () => random.bytes('token').toString('base64url');
    return `${half()}${half()}`;
  }

  runSequence(sequence: Sequence, input: Json): Steps<Json> {
    return runSequence(sequence, input);
  }

  resumeSequence(sequence: Sequence): Steps<Json> | undefined {
    return resumeSequence(sequence);
  }

  newSequenceId(): string {
    this.#lastSequence += 1;
    return `${ROOT}/${this.#lastSequence}`;
  }

  spawn(owner: string, id: string, progress: Progress, steps: Steps<Json>): void {
    this.#scheduler.start(id, steps, (outcome) => {
      progress.outcome = outcome;
      this.#scheduler.post(owner, { kind: 'child', child: id, outcome });
    });
  }

  abort(id: string, progress: Progress, iteration?: JsonObject): void {
    this.#scheduler.drop(id);
    for (const [task, { owner }] of this.#tasks) if (owner === id) this.#tasks.delete(task);
    for (const [timer, { owner }] of this.#timers) if (owner === id) this.#timers.delete(timer);
    const { at } = progress;
    // A sequence that has not begun, or has ended, has no events to add.
    if (at === undefined || progress.outcome !== undefined) return;
    for (const { id: child, progress: inner, item } of at.children) {
      const within = at.type === 'Map' ? { name: at.state, index: item?.index ?? 0 } : undefined;
      const before = inner.lastEvent;
      this.abort(child, inner, within);
      if (inner.lastEvent !== before) progress.lastEvent = inner.lastEvent;
    }
    if (ABORTABLE.has(at.type)) this.emit(progress, `${at.type}StateAborted`);
    if (iteration !== undefined) this.emit(progress, 'MapIterationAborted', iteration);
  }

  #handle(kind: string): string {
    this.#lastHandle += 1;
    return `${kind}-${this.#lastHandle}`;
  }
}

/** The types of state that have an Aborted event in the API. */
const ABORTABLE = new Set(['Task', 'Wait', 'Parallel', 'Map']);

const ENDS = new Set([
  'ExecutionSucceeded',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionAborted',
]);
