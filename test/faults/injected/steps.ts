import { isTerminal, type Status, statuses } from '../../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import { MAX_WAIT_MS } from '../../kit/limits.ts';
import type { ScenarioRun } from './scenario-run.ts';

export const ENDS: readonly Status[] = statuses.filter(isTerminal);

export const JOB_EVENT = { service: 'event', operation: 'MediaConvert Job State Change' } as const;

export async function begunAndCompleted(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  await run.worker.complete(run.id, sent);
}

/** Creates, sends and completes an upload, and waits until it has ended. */
export async function uploaded(run: ScenarioRun): Promise<void> {
  await begunAndCompleted(run);
  await run.until(ENDS);
}

export async function untilItem(
  run: ScenarioRun,
  fits: (item: UploadItem) => boolean,
): Promise<UploadItem> {
  for (const end = performance.now() + MAX_WAIT_MS; performance.now() < end; ) {
    const item = await run.look();
    if (fits(item)) return item;
    if (isTerminal(item.status)) throw new Error(`It ended early, ${item.status}.`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  throw new Error(`The record did not fit within ${MAX_WAIT_MS} ms.`);
}

/** MediaConvert cannot write its outputs, until the returned function is called. */
export async function cannotWrite(run: ScenarioRun): Promise<() => Promise<void>> {
  const fails = { service: 's3', kind: 'server_error', times: 'always' } as const;
  const ends: (() => Promise<void>)[] = [];
  for (const operation of ['PutObject', 'CreateMultipartUpload']) {
    ends.push(await run.arrange({ ...fails, operation, caller: 'ranscoding' }));
  }
  return async () => {
    for (const end of ends) await end();
  };
}
