import type { QueryLanguage, State, StateSequence } from '../language/definition.ts';
import type { Json, JsonObject } from '../language/json.ts';
import type { Surroundings } from '../query/determinism.ts';
import type { Position, Progress } from './progress.ts';
import type { OpenTask, Steps } from './signals.ts';

/**
 * The part of an execution that states use. Sequences contain states and states contain sequences; this
 * interface avoids the circular import.
 */
export interface Machine {
  readonly surroundings: Surroundings;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: JsonObject;
  languageOf(state: State): QueryLanguage;
  /** Records an event after the last one of `progress`. Returns its id. */
  emit(progress: Progress, type: string, details?: JsonObject): number;
  /** `at` is in milliseconds since the epoch. The signal of the timer goes to the sequence `owner`. */
  openTimer(owner: string, at: number): string;
  closeTimer(timer: string): void;
  openTask(owner: string, task: Omit<OpenTask, 'id'>): string;
  closeTask(task: string): void;
  newToken(): string;
  newSequenceId(): string;
  /** Runs a sequence from its `StartAt`. */
  runSequence(sequence: Sequence, input: Json): Steps<Json>;
  /** Continues a sequence where it stopped; undefined if it has not entered a state. */
  resumeSequence(sequence: Sequence): Steps<Json> | undefined;
  /** Starts a sequence. `owner` gets a signal when it ends. */
  spawn(owner: string, id: string, progress: Progress, steps: Steps<Json>): void;
  /**
   * Ends a sequence and all sequences inside it, with their Aborted events; `iteration` names an iteration of
   * a Map.
   */
  abort(id: string, progress: Progress, iteration?: JsonObject): void;
}

/** A sequence of states, as seen by its states. */
export interface Sequence {
  readonly id: string;
  readonly machine: Machine;
  readonly states: StateSequence;
  readonly progress: Progress;
  /** `Map` of the context object, inside an iteration. */
  readonly map: JsonObject | undefined;
}

/** One visit to a state, including its retries. */
export interface Visit<S extends State = State> {
  readonly sequence: Sequence;
  readonly machine: Machine;
  readonly name: string;
  readonly state: S;
  readonly language: QueryLanguage;
  readonly input: Json;
  readonly position: Position;
  retryCount: number;
  token: string | undefined;
}

/** The end of a state: its output, the assigned variables and the next state (undefined: the sequence ends). */
export interface Exit {
  readonly output: Json;
  readonly assigned?: JsonObject | undefined;
  readonly next: string | undefined;
}

/** The states that can have a Retry, and so a retry count. */
const RETRIED = new Set<State['Type']>(['Task', 'Parallel', 'Map']);

/**
 * The context object of a state.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function contextObject({ machine, sequence, name, position, ...visit }: Visit): JsonObject {
  return {
    ...machine.context,
    State: {
      EnteredTime: new Date(position.enteredAt).toISOString(),
      Name: name,
      ...(RETRIED.has(visit.state.Type) ? { RetryCount: visit.retryCount } : {}),
    },
    ...(visit.token === undefined ? {} : { Task: { Token: visit.token } }),
    ...(sequence.map === undefined ? {} : { Map: sequence.map }),
  };
}
