import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Authorize } from '../shared/caller.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { openDatabase } from '../shared/database.ts';
import type { CloudEvent, EmitEvent } from '../shared/events.ts';
import type { ResourceProvider } from '../shared/resource.ts';
import type { Service } from '../shared/service.ts';
import { statesService } from './api/service.ts';
import { RoleCalls, type RoleCallsOptions } from './integrations/role-calls.ts';
import { isObject, type Json } from './language/json.ts';
import { stateMachineProvider } from './provider.ts';
import type { RandomBytes } from './random-bytes.ts';
import { ExecutionStore } from './runtime/execution-store.ts';
import { Executions } from './runtime/executions.ts';
import { MachineStore } from './runtime/machine-store.ts';
import { SCHEMA } from './runtime/schema.ts';
import { TaskRunner } from './runtime/task-runner.ts';

export interface StatesOptions extends RoleCallsOptions {
  /** The engine's own folder. */
  readonly dataDir: string;
  readonly authorize: Authorize;
  readonly emit: EmitEvent;
  /** Execution logs of state machines with a LoggingConfiguration, newline-delimited JSON. */
  readonly logFile: string;
  /** Text of a file asset, by the bucket and key that a DefinitionS3Location names. */
  readonly readAsset: (bucket: string, key: string) => Promise<string>;
  readonly clock?: Clock;
  /** Secrets of executions and tokens. */
  readonly random?: RandomBytes;
}

export interface States {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /** Hears what the bus carries: ends of MediaConvert jobs, for `createJob.sync`. */
  deliver(event: CloudEvent): void;
  /** Goes on with what was running when the process ended; call it once the other engines listen. */
  resume(): void;
  /** Stops timers and tasks; what runs goes on at the next start. */
  close(): Promise<void>;
}

const ENDS_OF_JOBS = new Set<Json | undefined>(['COMPLETE', 'ERROR', 'CANCELED']);

/** Step Functions: Standard workflows, durable in `dataDir`. */
export function createStates(options: StatesOptions): States {
  const { clock = systemClock, random = randomBytes, authorize, emit, logFile } = options;
  const database = openDatabase(join(options.dataDir, 'states.sqlite'), SCHEMA);
  const machines = new MachineStore(database);
  const store = new ExecutionStore(database);
  const calls = new RoleCalls(options);
  const runner = new TaskRunner({ calls, authorize });
  const executions = new Executions({ store, machines, runner, clock, emit, logFile });
  const provider = stateMachineProvider({ machines, clock, random, readAsset: options.readAsset });
  return {
    service: statesService({ machines, store, executions, clock, authorize, random }),
    providers: [provider as ResourceProvider],
    deliver({ source, detail, 'detail-type': type }) {
      if (source !== 'aws.mediaconvert' || type !== 'MediaConvert Job State Change') return;
      const { status, jobId } = isObject(detail) ? detail : {};
      if (ENDS_OF_JOBS.has(status) && typeof jobId === 'string') executions.jobEnded(jobId);
    },
    resume: () => executions.resume(),
    async close() {
      await executions.close();
      await calls.close();
      database.close();
    },
  };
}
