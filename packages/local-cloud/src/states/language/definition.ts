import type { Json, JsonObject } from './json.ts';

/** Amazon States Language, in the form of a validated definition: https://states-language.net/spec.html */
export type QueryLanguage = 'JSONPath' | 'JSONata';

/** States and their start: a state machine, a branch of a Parallel, an item processor of a Map. */
export interface StateSequence {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends StateSequence {
  readonly QueryLanguage?: QueryLanguage;
  readonly TimeoutSeconds?: number;
}

export interface StateFields {
  readonly QueryLanguage?: QueryLanguage;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

export interface ResultFields extends StateFields {
  readonly Arguments?: Json;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface PassState extends ResultFields {
  readonly Type: 'Pass';
  readonly Result?: Json;
}

export interface ChoiceState extends StateFields {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface ChoiceRule {
  readonly Next: string;
  readonly Condition?: Json;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly [operator: string]: Json | undefined;
}

export interface WaitState extends StateFields {
  readonly Type: 'Wait';
  readonly Seconds?: Json;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface SucceedState extends StateFields {
  readonly Type: 'Succeed';
}

export interface FailState extends StateFields {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
}

export interface TaskState extends ResultFields {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly TimeoutSeconds?: Json;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: Json;
  readonly HeartbeatSecondsPath?: string;
}

export interface ParallelState extends ResultFields {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateSequence[];
}

export interface MapState extends ResultFields {
  readonly Type: 'Map';
  readonly ItemProcessor?: StateSequence;
  /** The older name of ItemProcessor. */
  readonly Iterator?: StateSequence;
  readonly Items?: Json;
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: Json;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCount?: Json;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: Json;
  readonly ToleratedFailurePercentagePath?: string;
}

export type State =
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | TaskState
  | ParallelState
  | MapState;

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly ResultPath?: string | null;
}

/** The states that run for each item of a Map. */
export function itemProcessor(state: MapState): StateSequence {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) throw new TypeError('A Map state has an ItemProcessor.');
  return processor;
}

export function queryLanguageOf(definition: Definition, state: State): QueryLanguage {
  return state.QueryLanguage ?? definition.QueryLanguage ?? 'JSONPath';
}
