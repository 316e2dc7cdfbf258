import type { HostedCloud } from '../../../test/kit/hosted-cloud.ts';
import { type ExecutionFacts, executionFacts } from '../../demo/execution-facts.ts';
import { recordedExecution } from '../../demo/recorded-execution.ts';
import { invocations } from '../cloud/bench-cloud.ts';
import { callCounts, callsSince, total } from '../cloud/calls.ts';
import { begin, complete, sendAll, statusOf } from '../cloud/uploads.ts';
import { inParallel } from '../s3/parallel.ts';
import { Executions } from './executions.ts';

/** The cost of one batch of uploads that are completed at the same moment. */
export interface Batch {
  readonly uploads: number;
  readonly ready: number;
  /** Milliseconds from `complete` to MediaConvert's CreateJob, for each upload. */
  readonly toCreateJob: readonly number[];
  /** From the first `complete` until the last job was created. */
  readonly lastJobSeconds: number;
  /** From the first `complete` until the last execution had ended. */
  readonly wallSeconds: number;
  /** Retries of `complete` in the whole batch. */
  readonly retries: number;
  /** For each execution. */
  readonly transitions: readonly number[];
  readonly lambdaInvocations: readonly number[];
  /** AWS calls of functions and workflow per upload. */
  readonly callsPerUpload: number;
  /** Invocations of all functions per upload, with API and progress. */
  readonly invocationsPerUpload: number;
}

const PREPARING_AT_ONCE = 8;

/** Creates and sends `count` uploads of `video`, then completes all of them at once and waits for their end. */
export async function runBatch(
  cloud: HostedCloud,
  video: Uint8Array<ArrayBuffer>,
  count: number,
  say: (line: string) => void,
): Promise<Batch> {
  const { hosted } = cloud;
  const caller = { api: hosted.api, token: await cloud.tokenOf('uploader-a') };
  const executions = new Executions(hosted);
  try {
    const before = { calls: callCounts(cloud), invoked: invocations(cloud).length };
    const earlier = (await executions.all()).length;
    const numbers = Array.from({ length: count }, (_, index) => index);
    say(`${count} at once: sending`);
    const sent = await inParallel(numbers, PREPARING_AT_ONCE, async () => {
      const begun = await begin(caller, video.length);
      return { id: begun.id, parts: await sendAll(video, begun) };
    });
    const first = Date.now();
    const completed = await Promise.all(
      sent.map(async ({ id, parts }) => {
        const at = Date.now();
        return { id, at, retries: await complete(caller, id, parts) };
      }),
    );
    say(`${count} at once: waiting for the last`);
    const ended = await executions.settled(earlier + count);
    const calls = total(callsSince(before.calls, callCounts(cloud)));
    const invoked = invocations(cloud).length - before.invoked;
    say(`${count} at once: reading the results`);
    const results = await inParallel(completed, PREPARING_AT_ONCE, async ({ id, at }) => ({
      at,
      status: await statusOf(caller, id),
      facts: await factsOf(cloud, id),
    }));
    const created = results.map(({ at, facts }) => ({ at, job: facts.jobCreatedAt ?? Number.NaN }));
    const last = Math.max(...ended.map(({ stopDate }) => stopDate?.getTime() ?? 0));
    return {
      uploads: count,
      ready: results.filter(({ status }) => status === 'ready').length,
      toCreateJob: created.map(({ at, job }) => job - at),
      lastJobSeconds: (Math.max(...created.map(({ job }) => job)) - first) / 1_000,
      wallSeconds: (last - first) / 1_000,
      retries: completed.reduce((sum, { retries }) => sum + retries, 0),
      transitions: results.map(({ facts }) => facts.transitions),
      lambdaInvocations: results.map(({ facts }) => facts.lambdaInvocations),
      callsPerUpload: calls / count,
      invocationsPerUpload: invoked / count,
    };
  } finally {
    executions.close();
  }
}

async function factsOf(cloud: HostedCloud, id: string): Promise<ExecutionFacts> {
  const execution = await recordedExecution(cloud.hosted, id);
  if (execution === undefined) throw new Error(`No execution has claimed upload ${id}.`);
  return executionFacts(cloud.hosted, execution);
}
