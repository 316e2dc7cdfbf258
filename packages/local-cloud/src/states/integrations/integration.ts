import type { Json, JsonObject } from '../language/json.ts';
import type { AwsCalls } from './aws-calls.ts';

/** A call of an integration. */
export interface TaskCall {
  readonly arguments: Json;
  /** The action of the Resource: `invoke`, `putItem`. */
  readonly action: string;
  /** The same after a restart and different for every attempt of every task: usable as idempotency token. */
  readonly key: string;
  readonly executionArn: string;
  /** Calls with the role of the state machine. */
  readonly aws: AwsCalls;
}

/** Runs the tasks of one service. */
export interface Integration {
  /**
   * Makes the call and returns its response: the output of the task, or of TaskSubmitted.
   * @throws TaskError
   */
  call(task: TaskCall): Promise<Json>;
  /** For `.sync`. */
  readonly job?: JobIntegration;
}

/** A job that continues after the call; an event reports its end. */
export interface JobIntegration {
  /** The managed rule that reports the end; the role must allow it. */
  readonly managedRule: string;
  /** The id of the job in the response to the call. */
  idOf(submitted: Json): string;
  /** The report about the end of the job; undefined while it runs. Throws TaskError for a failed job. */
  look(task: TaskCall, id: string): Promise<Json | undefined>;
  cancel(task: TaskCall, id: string): Promise<void>;
}

/** A failed task: the error name of Step Functions, and the cause. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly error: string;
  readonly reason: string;
  /** The service throttled, failed or did not respond: the same call may succeed later. */
  readonly transient: boolean;

  constructor(error: string, reason: string, transient = false) {
    super(`${error}: ${reason}`);
    this.error = error;
    this.reason = reason;
    this.transient = transient;
  }
}

/** The arguments as an object. */
export function objectArguments({ arguments: value }: TaskCall): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw new TaskError('States.Runtime', 'The arguments of a task must be a JSON object.');
}
