import { isTerminal, type Status, statuses } from '../../../core/contract/lifecycle.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import type { Passage } from './passage.ts';

export const ENDS: readonly Status[] = statuses.filter(isTerminal);

export const JOB_EVENT = { service: 'event', operation: 'MediaConvert Job State Change' } as const;

export async function begunAndCompleted(passage: Passage): Promise<void> {
  const begun = await passage.begin();
  const sent = await passage.lane.send(begun, passage.file);
  await passage.lane.complete(passage.id, sent);
}

/** Creates, sends, completes, and waits for an end. */
export async function uploaded(passage: Passage): Promise<void> {
  await begunAndCompleted(passage);
  await passage.until(ENDS);
}

export async function untilItem(
  passage: Passage,
  fits: (item: UploadItem) => boolean,
): Promise<UploadItem> {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    const item = await passage.look();
    if (fits(item)) return item;
    if (isTerminal(item.status)) throw new Error(`It ended early, ${item.status}.`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  throw new Error('The record did not come so far in a minute.');
}

/** MediaConvert cannot write what it makes. */
export async function cannotWrite(passage: Passage): Promise<void> {
  const fails = { service: 's3', kind: 'server_error', times: 'always' } as const;
  for (const operation of ['PutObject', 'CreateMultipartUpload']) {
    await passage.arrange({ ...fails, operation, caller: 'ranscoding' });
  }
}
