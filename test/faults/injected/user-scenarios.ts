import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ScenarioRun } from './scenario-run.ts';
import { cannotWrite, ENDS, JOB_EVENT, untilItem } from './steps.ts';

/** Calls every route of the API. */
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
  // The idempotency key distinguishes this request from other workers' requests.
  await worker.ask('GET', '/v1/uploads', undefined, { 'idempotency-key': begun.idempotencyKey });
}

export async function cancelledWaiting(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  await run.worker.send(begun, run.file);
  await run.worker.cancel(run.id);
}

/** The job's end event is lost, so that the execution still waits when the cancel comes. */
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

/** The object of a completion that was in progress when the cancel came. */
export async function lateObject(run: ScenarioRun): Promise<void> {
  await run.begin();
  await run.worker.cancel(run.id);
  const { objectKey: Key } = await run.item();
  const { s3, cloud } = run.worker.cloud;
  const Bucket = cloud.hosted.sourceBucket;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: run.file, IfNoneMatch: '*' }));
  await run.untilExecution();
}

/** The job fails. */
export async function failedJob(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  await cannotWrite(run);
  await run.worker.complete(run.id, sent);
  await run.until(ENDS);
}

/** A single PUT of a file that is no video. */
export async function rejectedPut(run: ScenarioRun): Promise<void> {
  await run.worker.sendPut(await run.beginPut(), run.file);
  await run.until(ENDS);
}

/** A single PUT that arrives between the deletion of the source and the tombstone. */
export async function putBeforeTombstone(run: ScenarioRun): Promise<void> {
  const grant = await run.beginPut();
  await run.worker.cancel(run.id);
  const { objectKey: Key } = await run.item();
  const { s3, cloud } = run.worker.cloud;
  const Bucket = cloud.hosted.sourceBucket;
  const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  await run.worker.sendPut(grant, run.file);
  await run.untilExecution();
}

/** The job fails, and the owner's retry succeeds. */
export async function triedAgain(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  const works = await cannotWrite(run);
  await run.worker.complete(run.id, sent);
  await run.until(['failed']);
  await works();
  const { status } = await run.worker.ask('POST', `/v1/uploads/${run.id}/retry`);
  if (status !== 202) throw new Error(`The retry responds ${status}; expected 202.`);
  await run.until(ENDS);
}

/** A form stages the file, and accept-form copies it to the source. */
export async function byForm(run: ScenarioRun): Promise<void> {
  const grant = await run.beginForm();
  await run.worker.sendForm(grant, run.file);
  await run.until(ENDS);
}

/** The event arrives after its upload was cancelled. */
export async function lateEvent(run: ScenarioRun): Promise<void> {
  const begun = await run.begin();
  const sent = await run.worker.send(begun, run.file);
  await run.worker.complete(run.id, sent);
  await run.worker.cancel(run.id);
  await run.untilExecution();
}

/**
 * Repeats every request that changes something, as a client that received no response. Both responses must
 * be equal.
 */
export async function requestedTwice(run: ScenarioRun): Promise<void> {
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

/** Holds the job's end event back; returns a function that lets later events pass. */
function holdEnd(run: ScenarioRun): Promise<() => Promise<void>> {
  return run.arrange({
    ...JOB_EVENT,
    status: 'COMPLETE',
    to: 'sync',
    kind: 'delay',
    ms: 2_000,
  });
}
