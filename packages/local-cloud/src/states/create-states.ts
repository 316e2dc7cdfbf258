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
  /** The folder of this engine. */
  readonly dataDir: string;
  readonly authorize: Authorize;
  readonly emit: EmitEvent;
  /** Log file for state machines with a LoggingConfiguration, newline-delimited JSON. */
  readonly logFile: string;
  /** Reads the text of a file asset, by the bucket and key of a DefinitionS3Location. */
  readonly readAsset: (bucket: string, key: string) => Promise<string>;
  readonly clock?: Clock;
  /** Source of the secrets of executions and tokens. */
  readonly random?: RandomBytes;
}

export interface States {
  readonly service: Service;
  readonly providers: readonly ResourceProvider[];
  /** Receives events of the bus: `createJob.sync` waits for the end of MediaConvert jobs. */
  deliver(event: CloudEvent): void;
  /** Continues the executions of an earlier process. Call it when the other engines listen. */
  resume(): void;
  /** Stops timers and tasks. Running executions continue at the next start. */
  close(): Promise<void>;
}

const ENDS_OF_JOBS = new Set<Json | undefined>(['COMPLETE', 'ERROR', 'CANCELED']);

/** Opens the Step Functions engine: Standard workflows, stored in `dataDir`. */
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
