import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { ScenarioRun } from './scenario-run.ts';
import { cannotWrite, ENDS, JOB_EVENT, untilItem } from './steps.ts';

/** With every route of the API. */
export async function ready(run: ScenarioRun): Promise<void> {
  const { worker } = run;
  const begun = await run.begin();
  const { id } = begun.upload;
  await worker.sign(id);
  const sent = await worker.send(begun, run.file);
  await worker.ask('GET', `/v1/uploads/${id}/parts`);
  await worker.ask('GET', `/v1/uploads/${id}`);
  const held = run.waitsFor('job') && (await holdEnd(run));
  await worker.complete(id, sent);
  if (held) {
    await run.know({ job: await run.untilJob() });
    await held();
  }
  await run.until(ENDS);
  // Its own header tells this request from those of other workers.
  await worker.ask('GET', '/v1/uploads', undefined, { 'idempotency-key': begun.idempotencyKey });
}

export async function cancelledWaiting(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  await run.worker.send(begun, run.file);
  await run.worker.cancel(run.id);
}

/** The workflow never hears of the job's end, so that the cancel finds it waiting. */
export async function cancelledTranscoding(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  await run.arrange({
    ...JOB_EVENT,
    status: 'COMPLETE',
    to: 'sync',
    kind: 'drop',
    times: 'always',
  });
  await run.worker.complete(run.id, sent);
  const job = await run.untilJob();
  const recorded = await untilItem(
    run,
    ({ status, jobId }) => status === 'transcoding' && jobId !== undefined,
  );
  await run.know({ job, execution: recorded.execution ?? '' });
  await run.worker.cancel(run.id);
}

/** What a completion leaves that was under scenario when the cancel came. */
export async function lateObject(run: ScenarioRun): Promise<void> {
  await run.begin();
  await run.worker.cancel(run.id);
  const { objectKey: Key } = await run.item();
  const { s3, cloud } = run.worker.cloud;
  const Bucket = cloud.hosted.sourceBucket;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: run.file, IfNoneMatch: '*' }));
  await run.untilExecution();
}

/** The job fails by itself. */
export async function failedJob(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  await cannotWrite(run);
  await run.worker.complete(run.id, sent);
  await run.until(ENDS);
}

/** The file comes by a form, lands beside the sources and is taken in. */
export async function byForm(run: ScenarioRun): Promise<void> {
  const grant = await run.beginForm();
  await run.worker.sendForm(grant, run.file);
  await run.until(ENDS);
}

/** The event comes when its upload has been cancelled already. */
export async function lateEvent(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  await run.worker.complete(run.id, sent);
  await run.worker.cancel(run.id);
  await run.untilExecution();
}

/**
 * Every request that changes something, once more: a client that has not heard the answer. What it is told must
 * be the same.
 */
export async function askedTwice(run: ScenarioRun): Promise<void> {
  const { worker } = run;
  const begun = await run.begin();
  const again = await worker.create(run.file, begun.idempotencyKey);
  same('the upload', again.upload.id, begun.upload.id);
  const sent = await worker.send(begun, run.file);
  same('the parts', await worker.send(again, run.file), sent);
  const [one, two] = await Promise.all([
    worker.complete(run.id, sent),
    worker.complete(run.id, sent),
  ]);
  same('the completed upload', two.id, one.id);
  await run.until(ENDS);
  const later = await worker.complete(run.id, sent);
  same('the status when completed again', later.status, 'ready');
  const ended = await Promise.all([worker.cancel(run.id), worker.cancel(run.id)]);
  same(
    'the statuses',
    ended.map(({ status }) => status),
    ['cancelled', 'cancelled'],
  );
}

function same(what: string, came: unknown, due: unknown): void {
  const [one, two] = [JSON.stringify(came), JSON.stringify(due)];
  if (one !== two) throw new Error(`For ${what} came ${one}, ${two} is due.`);
}

/** The job's end is not heard for a moment; answers what lets later ones pass. */
function holdEnd(run: ScenarioRun): Promise<() => Promise<void>> {
  return run.arrange({
    ...JOB_EVENT,
    status: 'COMPLETE',
    to: 'sync',
    kind: 'delay',
    ms: 2_000,
  });
}
