import type { StateFailure } from '../language/failure.ts';
import type { Json } from '../language/json.ts';
import type { TaskResource } from '../language/resource.ts';

/**
 * The interpreter is a set of coroutines, one for each sequence of states that runs: the execution itself, a
 * branch of a Parallel, an iteration of a Map. A coroutine yields when it has nothing to do before the next
 * signal; the scheduler runs them one at a time, so that the same stimuli always give the same history.
 */
export type Signal =
  | { readonly kind: 'go' }
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'task'; readonly task: string; readonly report: TaskReport }
  | { readonly kind: 'child'; readonly child: string; readonly outcome: Outcome };

/** `turn`: let the others go first, then go on. `signal`: wait. */
export type Pause = 'turn' | 'signal';

export type Steps<T> = AsyncGenerator<Pause, T, Signal>;

export type Outcome =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly failure: StateFailure };

/** What is heard of a task that runs outside. */
export type TaskReport =
  /** A `.sync` job or a `.waitForTaskToken` call has been handed over. */
  | { readonly kind: 'submitted'; readonly output: Json }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'succeeded'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error?: string; readonly cause?: string };

/** A task that is to run outside, and still does. */
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
  /** The answer to the hand-over, once there was one. */
  readonly submitted?: Json;
}

/** A moment that the execution waits for. */
export interface OpenTimer {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** All that reaches an execution from outside, in the order in which it is kept. */
export type Stimulus = { readonly at: number } & (
  | { readonly kind: 'start' }
  | { readonly kind: 'timer'; readonly timer: string }
  | { readonly kind: 'task'; readonly task: string; readonly report: TaskReport }
  | { readonly kind: 'stop'; readonly error?: string; readonly cause?: string }
  | { readonly kind: 'redrive' }
);
