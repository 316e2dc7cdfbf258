import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  type ItemKey,
  quotaItemKey,
  SLOTS_KEY,
  uploadItemKey,
} from '../../../core/uploads/records.ts';
import { readConfiguration } from '../../../lib/configuration.ts';
import type { ScenarioRun } from './scenario-run.ts';
import { ENDS, untilItem } from './steps.ts';

/** Longer than the retries of the functions, in ms. */
const MAX_START_MS = 20_000;
const MAX_INVOCATIONS = 10;

/** The owner has as many jobs as it may have; then one of them ends. */
export async function waitsForSlot(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  const jobs = await takeJobs(run);
  await run.worker.complete(run.id, sent);
  await untilItem(run, ({ queueKey }) => queueKey !== undefined);
  await run.worker.ask('GET', `/v1/uploads/${run.id}`);
  await jobs.endOne();
  // If the start did not reach the execution, the reconciler repeats it.
  if (!(await run.until(ENDS, MAX_START_MS))) await run.reconcile();
  await run.until(ENDS);
  await jobs.giveBack();
}

export async function cancelledInQueue(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  const jobs = await takeJobs(run);
  await run.worker.complete(run.id, sent);
  const { execution = '' } = await untilItem(run, ({ queueKey }) => queueKey !== undefined);
  await run.know({ execution });
  await run.worker.cancel(run.id);
  await jobs.giveBack();
}

/** Makes the owner look as if it had as many jobs as it may have: one of an upload, the others of none. */
async function takeJobs(run: ScenarioRun) {
  const { cloud, owner } = run.worker;
  const { table } = cloud;
  const TableName = cloud.cloud.hosted.table;
  const change = (Key: ItemKey, verb: 'ADD' | 'DELETE', name: string, ids: readonly string[]) =>
    table.send(
      new UpdateCommand({
        TableName,
        Key: { ...Key },
        UpdateExpression: `${verb} #name :ids`,
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':ids': new Set(ids) },
      }),
    );
  const item = await run.item();
  const blocker = run.id.replace(/[0-9a-f]{12}$/, '000000000000');
  const Item = { ...item, ...uploadItemKey(blocker), uploadId: blocker, quota: 'returned' };
  const { statusShard: _, ...unlisted } = Item;
  await table.send(new PutCommand({ TableName, Item: unlisted }));
  const { jobsAtOncePerOwner } = readConfiguration({}).transcoding;
  const others = Array.from({ length: jobsAtOncePerOwner - 1 }, (_, index) => `taken-${index}`);
  await change(SLOTS_KEY, 'ADD', 'holders', [blocker]);
  await change(quotaItemKey(owner), 'ADD', 'jobs', [blocker, ...others]);
  return {
    async endOne(): Promise<void> {
      for (let attempt = 0; attempt < MAX_INVOCATIONS; attempt += 1) {
        if (await cloud.endJob(blocker)) return;
      }
      throw new Error(`release-slot has failed ${MAX_INVOCATIONS} times.`);
    },
    async giveBack(): Promise<void> {
      await change(SLOTS_KEY, 'DELETE', 'holders', [blocker]);
      await change(quotaItemKey(owner), 'DELETE', 'jobs', [blocker, ...others]);
      await table.send(new DeleteCommand({ TableName, Key: { ...uploadItemKey(blocker) } }));
    },
  };
}
