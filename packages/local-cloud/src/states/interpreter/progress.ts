import type { Json } from '../language/json.ts';
import type { Scope } from './scope.ts';
import type { Outcome } from './signals.ts';

/**
 * The progress of a sequence of states. It is kept after the coroutine has ended: a redrive continues from
 * it, and the events of an abort are derived from it.
 */
export interface Progress {
  readonly scope: Scope;
  /** Id of the last event of this sequence. */
  lastEvent: number;
  /** The state that runs or ran last; undefined before the first one. */
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
  /** The branches of a Parallel or the iterations of a Map, by index. */
  children: Child[];
}

export interface Child {
  readonly id: string;
  /** The item of an iteration of a Map. */
  readonly item: { readonly index: number; readonly value: Json } | undefined;
  readonly progress: Progress;
}

export function newProgress(scope: Scope, lastEvent: number): Progress {
  return { scope, lastEvent, at: undefined, outcome: undefined };
}
