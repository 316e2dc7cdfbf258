import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { uploadItemKey } from '../../../core/uploads/records.ts';
import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';
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
  /** KiB of the upload's record at the end, when it is largest. */
  readonly recordKilobytes: number;
}

/** Sends one video through the pipeline and counts calls in the audit log, the functions' logs and the history. */
export async function countUpload(
  cloud: HostedCloud,
  video: Uint8Array<ArrayBuffer>,
): Promise<CountedUpload> {
  const { hosted } = cloud;
  const caller = { api: hosted.api, token: await cloud.tokenOf('uploader-a') };
  const executions = new Executions(hosted);
  const earlier = await executions.all();
  const before = { calls: callCounts(cloud), invoked: invocations(cloud).length };
  const begun = await begin(caller, video.length);
  await complete(caller, begun.id, await sendAll(video, begun));
  await executions.settled(earlier.length + 1);
  executions.close();
  const calls = callsSince(before.calls, callCounts(cloud));
  const invoked = invocations(cloud).slice(before.invoked);
  const status = await statusOf(caller, begun.id);
  const execution = await recordedExecution(hosted, begun.id);
  if (status !== 'ready' || execution === undefined) {
    throw new Error(`The counted upload ended as ${status}; expected ready.`);
  }
  const { transitions } = await executionFacts(hosted, execution);
  return {
    calls,
    invocations: invoked,
    transitions,
    recordKilobytes: (await recordBytes(cloud, begun.id)) / 1_024,
  };
}

async function recordBytes({ hosted }: HostedCloud, id: string): Promise<number> {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      region: 'us-east-1',
      endpoint: hosted.endpoints.services,
      credentials: hosted.operator,
    }),
  );
  const { Item } = await client.send(
    new GetCommand({ TableName: hosted.table, Key: uploadItemKey(id) }),
  );
  client.destroy();
  return Buffer.byteLength(JSON.stringify(Item));
}
