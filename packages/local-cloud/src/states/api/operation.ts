import type { Authorize, Caller } from '../../shared/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import type { RandomBytes } from '../random-bytes.ts';
import type { ExecutionStore } from '../runtime/execution-store.ts';
import type { Executions } from '../runtime/executions.ts';
import type { MachineStore } from '../runtime/machine-store.ts';

/** The dependencies of the operations. */
export interface ApiContext {
  readonly machines: MachineStore;
  readonly store: ExecutionStore;
  readonly executions: Executions;
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly random: RandomBytes;
}

/** One operation: validates its parameters, authorizes the call, returns the members of the response. */
export type Operation = (context: ApiContext, caller: Caller, body: Buffer) => unknown;
