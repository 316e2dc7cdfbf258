import { statusShard } from '../../../core/uploads/records.ts';
import { isAnnouncementLeft } from './check.ts';
import type { ScenarioRun } from './scenario-run.ts';
import { begunAndCompleted, cannotWrite, ENDS, JOB_EVENT, untilItem } from './steps.ts';

export async function lostEvent(run: ScenarioRun): Promise<void> {
  const { reconciling } = run.worker.cloud;
  await reconciling.prepare(async () => {
    const begun = await run.begin();
    const sent = await run.worker.send(begun, run.file);
    await run.arrange({ service: 'event', operation: 'Object Created', kind: 'drop' });
    await run.worker.complete(run.id, sent);
  });
  await run.reconcile();
  await run.until(ENDS);
}

/** Drops the job's progress and end events. */
export function lostJob(run: ScenarioRun): Promise<void> {
  return withoutJobEvents(run, {});
}

/** Drops the job's end event only; the progress event has recorded the job's id. */
export function lostEnd(run: ScenarioRun): Promise<void> {
  return withoutJobEvents(run, { status: 'COMPLETE' });
}

/** A failing job whose events are lost. */
export async function lostError(run: ScenarioRun): Promise<void> {
  await withoutJobEvents(run, { status: 'ERROR' }, () => cannotWrite(run));
}

async function withoutJobEvents(
  run: ScenarioRun,
  which: { readonly status?: string },
  first: () => Promise<unknown> = async () => {},
): Promise<void> {
  const { reconciling } = run.worker.cloud;
  await reconciling.prepare(async () => {
    const begun = await run.begin();
    const sent = await run.worker.send(begun, run.file);
    await first();
    await run.arrange({ ...JOB_EVENT, ...which, kind: 'drop', times: 'always' });
    await run.worker.complete(run.id, sent);
    const { execution = '' } = await untilItem(run, ({ status }) => status === 'transcoding');
    const job = await run.untilJob();
    await run.untilJobEnded(job);
    await run.know({ job, execution });
  });
  await run.reconcile();
  await run.until(ENDS);
}

/** A fault that outlasts every retry; the reconciler runs when it is over. */
export async function outage(run: ScenarioRun): Promise<void> {
  await begunAndCompleted(run);
  await run.untilExecution();
  await run.lift();
  const { status, statusShard } = await run.item();
  if (ENDS.includes(status) && !isAnnouncementLeft(statusShard)) return;
  await run.reconcile();
  await run.until(ENDS);
}

/** No job can be created: the upload waits, and starts when the fault is over. */
export async function outageOfJobs(run: ScenarioRun): Promise<void> {
  await begunAndCompleted(run);
  await untilItem(run, ({ queueKey }) => queueKey !== undefined);
  await run.lift();
  await run.reconcile();
  await run.until(ENDS);
}

/** As `outage`; the reconciler runs during the fault. */
export async function outageMeanwhile(run: ScenarioRun): Promise<void> {
  await begunAndCompleted(run);
  await run.untilApplied(3);
  await run.reconcile();
  await run.until(ENDS);
  await run.lift();
}

export async function abandoned(run: ScenarioRun): Promise<void> {
  const { reconciling } = run.worker.cloud;
  await reconciling.prepare(async () => {
    const begun = await run.begin();
    await run.worker.send(begun, run.file);
    await run.rewrite({ deadline: new Date(Date.now() - 1_000).toISOString() });
  });
  await run.reconcile();
}

/** A single PUT that is never sent: after the deadline a tombstone ends its grant. */
export async function abandonedPut(run: ScenarioRun): Promise<void> {
  await run.worker.cloud.reconciling.prepare(async () => {
    await run.beginPut();
    await run.rewrite({ deadline: new Date(Date.now() - 60_000).toISOString() });
  });
  await run.reconcile();
}

/** The record says complete, but the source is missing. */
export async function sourceGone(run: ScenarioRun): Promise<void> {
  await run.worker.cloud.reconciling.prepare(async () => {
    await run.begin();
    const { shard, timeline } = await run.item();
    const entry = { at: new Date().toISOString(), to: 'uploaded', by: 'owner' } as const;
    await run.rewrite({
      status: 'uploaded',
      statusShard: statusShard('uploaded', shard),
      timeline: [...timeline, entry],
    });
  });
  await run.reconcile();
}

/** S3 fails during the cancel, and the client does not retry. */
export async function interruptedCancel(run: ScenarioRun): Promise<void> {
  const { worker } = run;
  await worker.cloud.reconciling.prepare(async () => {
    const begun = await run.begin();
    const sent = await run.worker.send(begun, run.file);
    // The execution still waits and the outputs exist.
    await run.arrange({ ...JOB_EVENT, status: 'COMPLETE', to: 'sync', kind: 'drop' });
    await run.worker.complete(run.id, sent);
    const { execution = '' } = await untilItem(run, ({ status }) => status === 'transcoding');
    const job = await run.untilJob();
    await run.untilJobEnded(job);
    await untilItem(run, ({ jobId }) => jobId !== undefined);
    await run.know({ job, execution });
    const endFault = await run.arrange({
      service: 's3',
      operation: 'AbortMultipartUpload',
      caller: 'cancel',
      kind: 'server_error',
      times: 'always',
    });
    const { status } = await worker.once('DELETE', `/v1/uploads/${run.id}`);
    if (status < 500) throw new Error(`The cancel must fail here; its status is ${status}.`);
    await endFault();
  });
  await run.reconcile();
}
