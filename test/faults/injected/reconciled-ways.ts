import { statusShard } from '../../../core/uploads/records.ts';
import { isLeftUntold } from './judge.ts';
import type { Passage } from './passage.ts';
import { begunAndCompleted, cannotWrite, ENDS, JOB_EVENT, untilItem } from './steps.ts';

export async function lostEvent(passage: Passage): Promise<void> {
  const { reconciling } = passage.lane.cloud;
  await reconciling.prepare(async () => {
    const begun = await passage.begin();
    const sent = await passage.lane.send(begun, passage.file);
    await passage.arrange({ service: 'event', operation: 'Object Created', kind: 'drop' });
    await passage.lane.complete(passage.id, sent);
  });
  await passage.reconcile();
  await passage.until(ENDS);
}

/** Neither the job's progress nor its end. */
export function lostJob(passage: Passage): Promise<void> {
  return unheard(passage, {});
}

/** The job's end alone; which job it is, its progress has told. */
export function lostEnd(passage: Passage): Promise<void> {
  return unheard(passage, { status: 'COMPLETE' });
}

/** A job that fails, unheard. */
export async function lostError(passage: Passage): Promise<void> {
  await unheard(passage, { status: 'ERROR' }, () => cannotWrite(passage));
}

async function unheard(
  passage: Passage,
  which: { readonly status?: string },
  first = async () => {},
): Promise<void> {
  const { reconciling } = passage.lane.cloud;
  await reconciling.prepare(async () => {
    const begun = await passage.begin();
    const sent = await passage.lane.send(begun, passage.file);
    await first();
    await passage.arrange({ ...JOB_EVENT, ...which, kind: 'drop', times: 'always' });
    await passage.lane.complete(passage.id, sent);
    const { execution = '' } = await untilItem(passage, ({ status }) => status === 'transcoding');
    const job = await passage.untilJob();
    await passage.untilJobEnded(job);
    await passage.know({ job, execution });
  });
  await passage.reconcile();
  await passage.until(ENDS);
}

/** A fault that outlasts every retry; when it is over, the reconciler comes by. */
export async function outage(passage: Passage): Promise<void> {
  await begunAndCompleted(passage);
  await passage.untilExecution();
  await passage.lift();
  const { status, statusShard } = await passage.item();
  if (ENDS.includes(status) && !isLeftUntold(statusShard)) return;
  await passage.reconcile();
  await passage.until(ENDS);
}

/** As `outage`; the reconciler comes by while it lasts. */
export async function outageMeanwhile(passage: Passage): Promise<void> {
  await begunAndCompleted(passage);
  await passage.untilApplied(3);
  await passage.reconcile();
  await passage.until(ENDS);
  await passage.lift();
}

export async function abandoned(passage: Passage): Promise<void> {
  const { reconciling } = passage.lane.cloud;
  await reconciling.prepare(async () => {
    const begun = await passage.begin();
    await passage.lane.send(begun, passage.file);
    await passage.rewrite({ deadline: new Date(Date.now() - 1_000).toISOString() });
  });
  await passage.reconcile();
}

/** Recorded as complete, and nothing is there. */
export async function sourceGone(passage: Passage): Promise<void> {
  await passage.lane.cloud.reconciling.prepare(async () => {
    await passage.begin();
    const { shard, timeline } = await passage.item();
    const entry = { at: new Date().toISOString(), to: 'uploaded', by: 'owner' } as const;
    await passage.rewrite({
      status: 'uploaded',
      statusShard: statusShard('uploaded', shard),
      timeline: [...timeline, entry],
    });
  });
  await passage.reconcile();
}

/** S3 fails the cancel and its caller does not come back. */
export async function brokenCancel(passage: Passage): Promise<void> {
  const { lane } = passage;
  await lane.cloud.reconciling.prepare(async () => {
    const begun = await passage.begin();
    const sent = await passage.lane.send(begun, passage.file);
    // So that the execution still waits, while the outputs are there.
    await passage.arrange({ ...JOB_EVENT, status: 'COMPLETE', to: 'sync', kind: 'drop' });
    await passage.lane.complete(passage.id, sent);
    const { execution = '' } = await untilItem(passage, ({ status }) => status === 'transcoding');
    const job = await passage.untilJob();
    await passage.untilJobEnded(job);
    await untilItem(passage, ({ jobId }) => jobId !== undefined);
    await passage.know({ job, execution });
    const mended = await passage.arrange({
      service: 's3',
      operation: 'AbortMultipartUpload',
      caller: 'cancel',
      kind: 'server_error',
      times: 'always',
    });
    const { status } = await lane.once('DELETE', `/v1/uploads/${passage.id}`);
    if (status < 500) throw new Error(`The cancel was to break off; it answered ${status}.`);
    await mended();
  });
  await passage.reconcile();
}
