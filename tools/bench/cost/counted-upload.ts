import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';
import { consumedCapacity, type Units, unitsBy } from '../../cloud/consumed-units.ts';
import { functionOf } from '../../cloud/function-of.ts';
import { executionFacts } from '../../demo/execution-facts.ts';
import { recordedExecution } from '../../demo/recorded-execution.ts';
import { type Invocation, invocations } from '../cloud/bench-cloud.ts';
import { type CallCounts, callCounts, callsSince } from '../cloud/calls.ts';
import { begin, complete, sendAll, statusOf } from '../cloud/uploads.ts';
import { Executions } from '../workflow/executions.ts';

/** The calls of one upload from its creation to `ready`. */
export interface CountedUpload {
  readonly calls: CallCounts;
  readonly invocations: readonly Invocation[];
  readonly transitions: number;
  /** DynamoDB's units by function; `WORKFLOW` for the writes of the state machine itself. */
  readonly units: ReadonlyMap<string, Units>;
  /** The units of one request for the status. */
  readonly statusUnits: Units;
}

/** The caller of the writes that no function makes. */
export const WORKFLOW = 'workflow';

/** Sends one video through the pipeline and counts calls and units in the logs of the cloud and in the history. */
export async function countUpload(
  cloud: HostedCloud,
  video: Uint8Array<ArrayBuffer>,
): Promise<CountedUpload> {
  const { hosted } = cloud;
  const caller = { api: hosted.api, token: await cloud.tokenOf('uploader-a') };
  const executions = new Executions(hosted);
  const earlier = await executions.all();
  const before = {
    calls: callCounts(cloud),
    invoked: invocations(cloud).length,
    units: consumedCapacity(cloud.data).length,
  };
  const begun = await begin(caller, video.length);
  await complete(caller, begun.id, await sendAll(video, begun));
  await executions.settled(earlier.length + 1);
  executions.close();
  const calls = callsSince(before.calls, callCounts(cloud));
  const invoked = invocations(cloud).slice(before.invoked);
  const units = unitsSince(cloud, before.units);
  const counted = consumedCapacity(cloud.data).length;
  const status = await statusOf(caller, begun.id);
  const statusUnits = unitsSince(cloud, counted).get('get-upload');
  const execution = await recordedExecution(hosted, begun.id);
  if (status !== 'ready' || execution === undefined || statusUnits === undefined) {
    throw new Error(`The counted upload ended as ${status}; expected ready.`);
  }
  const { transitions } = await executionFacts(hosted, execution);
  return {
    calls,
    invocations: invoked,
    transitions,
    units,
    statusUnits,
  };
}

function unitsSince({ data }: HostedCloud, start: number): ReadonlyMap<string, Units> {
  return unitsBy(consumedCapacity(data).slice(start), (role) => functionOf(role) ?? WORKFLOW);
}
