import type { StateFailure } from '../language/failure.ts';
import type { Json } from '../language/json.ts';
import type { TaskResource } from '../language/resource.ts';

/**
 * The interpreter is a set of coroutines, one for each running sequence of states: the execution, a branch of
 * a Parallel, an iteration of a Map. A coroutine yields when it has nothing to do before the next signal. The
 * scheduler runs them one at a time, so the same inputs always give the same history.
 */
export type Signal =
  | { readonly kind: 'go' }
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'task'; readonly task: string; readonly report: TaskReport }
  | { readonly kind: 'child'; readonly child: string; readonly outcome: Outcome };

/** `turn`: continue after the other coroutines. `signal`: wait for a signal. */
export type Pause = 'turn' | 'signal';

export type Steps<T> = AsyncGenerator<Pause, T, Signal>;

export type Outcome =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly failure: StateFailure };

/** A report about a task that runs outside of the interpreter. */
export type TaskReport =
  /** The call of a `.sync` or `.waitForTaskToken` task was made. */
  | { readonly kind: 'submitted'; readonly output: Json }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error?: string; readonly cause?: string };

/** A task that has not ended. */
export interface OpenTask {
  readonly id: string;
  /** Name of the Task state. */
  readonly state: string;
  /** `Resource` of the state, as the definition has it. */
  readonly resourceArn: string;
  readonly resource: TaskResource;
  readonly arguments: Json;
  /** For `.waitForTaskToken` only. */
  readonly token?: string;
  /** The response to the call of a `.sync` or `.waitForTaskToken` task. */
  readonly submitted?: Json;
}

/** A timer that the execution waits for. */
export interface OpenTimer {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The inputs of an execution, in the order in which they are stored. */
export type Stimulus = { readonly at: number } & (
  | { readonly kind: 'start' }
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'task'; readonly task: string; readonly report: TaskReport }
  | { readonly kind: 'stop'; readonly error?: string; readonly cause?: string }
  | { readonly kind: 'redrive' }
);
