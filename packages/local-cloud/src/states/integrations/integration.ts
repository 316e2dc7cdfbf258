import type { Json, JsonObject } from '../language/json.ts';
import type { AwsCalls } from './aws-calls.ts';

/** One task as an integration gets it. */
export interface TaskCall {
  readonly arguments: Json;
  /** The action as the Resource names it: `invoke`, `putItem`. */
  readonly action: string;
  /** Stable over restarts and different for every attempt at every task: fit for idempotency tokens. */
  readonly key: string;
  readonly executionArn: string;
  /** Calls as the state machine's role. */
  readonly aws: AwsCalls;
}

/** How tasks of one service are carried out. */
export interface Integration {
  /**
   * Makes the call and answers its response: the task's output, or what TaskSubmitted shows.
   *
   * @throws TaskError
   */
  call(task: TaskCall): Promise<Json>;
  /** For `.sync`. */
  readonly job?: JobIntegration;
}

/** A job that goes on after the call, and whose end the bus tells. */
export interface JobIntegration {
  /** The rule that the service manages in the account to hear of the end; the role must allow it. */
  readonly managedRule: string;
  /** Names the job in the answer to the call. */
  idOf(submitted: Json): string;
  /** The job's end as the task's report, or undefined while it runs. Throws TaskError for a failed job. */
  look(task: TaskCall, id: string): Promise<Json | undefined>;
  cancel(task: TaskCall, id: string): Promise<void>;
}

/** A failed task: the error name as Step Functions gives it, and the cause. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly error: string;
  readonly reason: string;
  /** The service was busy, had failed itself or gave no answer: the same call may succeed later. */
  readonly transient: boolean;

  constructor(error: string, reason: string, transient = false) {
    super(`${error}: ${reason}`);
    this.error = error;
    this.reason = reason;
    this.transient = transient;
  }
}

/** The arguments of an integration that takes an object. */
export function objectArguments({ arguments: value }: TaskCall): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw new TaskError('States.Runtime', 'The arguments of a task must be a JSON object.');
}
