import type { RunStatus } from '../interpreter/run.ts';
import type { Json } from '../language/json.ts';

/** A state machine as it is kept. Times in milliseconds since the epoch. */
export interface StateMachineRow {
  readonly arn: string;
  readonly name: string;
  readonly definition: string;
  readonly role_arn: string;
  /** JSON text of LoggingConfiguration, TracingConfiguration, EncryptionConfiguration, in the API's spelling. */
  readonly logging: string | null;
  readonly tracing: string | null;
  readonly encryption: string | null;
  readonly revision: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** An execution as it is kept, with the definition and role that it started with. */
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
  /** How many stimuli the events already tell of. */
  readonly applied: number;
  readonly stopped_at: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly redrives: number;
  readonly redriven_at: number | null;
}

/** A job to be cancelled because nobody waits for it any more. */
export interface Cancellation {
  readonly execution: string;
  readonly task: string;
  readonly resource: string;
  readonly roleArn: string;
  readonly submitted: Json;
}
