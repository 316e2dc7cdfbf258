import type { QueryLanguage, State, StateSequence } from '../language/definition.ts';
import type { Json, JsonObject } from '../language/json.ts';
import type { Surroundings } from '../query/determinism.ts';
import type { Position, Progress } from './progress.ts';
import type { OpenTask, Steps } from './signals.ts';

/** What states need of the execution that they run in. */
export interface Machine {
  readonly surroundings: Surroundings;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: JsonObject;
  languageOf(state: State): QueryLanguage;
  /** Records an event after the last one of `progress`; answers its id. */
  emit(progress: Progress, type: string, details?: JsonObject): number;
  /** `at` in milliseconds since the epoch; the timer's signal goes to the sequence `owner`. */
  openTimer(owner: string, at: number): string;
  closeTimer(timer: string): void;
  openTask(owner: string, task: Omit<OpenTask, 'id'>): string;
  closeTask(task: string): void;
  newToken(): string;
  newSequenceId(): string;
  /** Runs a sequence from its `StartAt`. Here, because sequences hold states and states hold sequences. */
  runSequence(sequence: Sequence, input: Json): Steps<Json>;
  /** Goes on from where a sequence stopped; undefined if it never entered a state. */
  resumeSequence(sequence: Sequence): Steps<Json> | undefined;
  /** Starts a sequence whose end is signalled to `owner`. */
  spawn(owner: string, id: string, progress: Progress, steps: Steps<Json>): void;
  /** Ends a sequence and all within, with the events that tell so; `iteration` names one of a Map. */
  abort(id: string, progress: Progress, iteration?: JsonObject): void;
}

/** A sequence of states as its states see it. */
export interface Sequence {
  readonly id: string;
  readonly machine: Machine;
  readonly states: StateSequence;
  readonly progress: Progress;
  /** `Map` of the context object, inside of an iteration. */
  readonly map: JsonObject | undefined;
}

/** One visit to a state, retries included. */
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

/** How a state ends: its output, what it assigns, where it goes on (undefined: the sequence ends). */
export interface Exit {
  readonly output: Json;
  readonly assigned?: JsonObject | undefined;
  readonly next: string | undefined;
}

/** States that can have a Retry, and so a count of retries. */
const RETRIED = new Set<State['Type']>(['Task', 'Parallel', 'Map']);

/** The context object as the visited state sees it. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
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
