import type { Json } from '../language/json.ts';
import type { Scope } from './scope.ts';
import type { Outcome } from './signals.ts';

/**
 * Where a sequence of states stands. It outlives the coroutine: a redrive takes up from it, and what an abort
 * has to report is read from it.
 */
export interface Progress {
  readonly scope: Scope;
  /** Id of the last event of this sequence. */
  lastEvent: number;
  /** The state that runs, or ran last; undefined before the first one is entered. */
  at: Position | undefined;
  outcome: Outcome | undefined;
}

export interface Position {
  readonly state: string;
  readonly type: string;
  readonly input: Json;
  /** Id and time of the StateEntered event. */
  readonly enteredEvent: number;
  readonly enteredAt: number;
  /** Of a Parallel's branches or a Map's iterations, by index. */
  children: Child[];
}

export interface Child {
  readonly id: string;
  /** For a Map: what the iteration is for. */
  readonly item: { readonly index: number; readonly value: Json } | undefined;
  readonly progress: Progress;
}

export function newProgress(scope: Scope, lastEvent: number): Progress {
  return { scope, lastEvent, at: undefined, outcome: undefined };
}
