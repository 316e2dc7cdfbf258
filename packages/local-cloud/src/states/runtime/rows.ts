import type { RunStatus } from '../interpreter/run.ts';
import type { Json } from '../language/json.ts';

/** A stored state machine. Times are in milliseconds since the epoch. */
export interface StateMachineRow {
  readonly arn: string;
  readonly name: string;
  readonly definition: string;
  readonly role_arn: string;
  /**
   * JSON text of LoggingConfiguration, TracingConfiguration, EncryptionConfiguration, with the names of the
   * API.
   */
  readonly logging: string | null;
  readonly tracing: string | null;
  readonly encryption: string | null;
  readonly revision: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** A stored execution, with the definition and role of its start. */
export interface ExecutionRow {
  readonly arn: string;
  readonly name: string;
  readonly machine_arn: string;
  readonly machine_name: string;
  readonly definition: string;
  readonly role_arn: string;
  readonly input: string;
  readonly seed: string;
  readonly started_at: number;
  readonly status: RunStatus;
  /** Number of inputs that are included in the events. */
  readonly applied: number;
  readonly stopped_at: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly redrives: number;
  readonly redriven_at: number | null;
}

/** A job to cancel, because its task has ended. */
export interface Cancellation {
  readonly execution: string;
  readonly task: string;
  readonly resource: string;
  readonly roleArn: string;
  readonly submitted: Json;
}
