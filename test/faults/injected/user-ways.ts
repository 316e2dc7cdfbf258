import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Passage } from './passage.ts';
import { cannotWrite, ENDS, JOB_EVENT, untilItem } from './steps.ts';

/** With every route of the API. */
export async function ready(passage: Passage): Promise<void> {
  const { lane } = passage;
  const begun = await passage.begin();
  const { id } = begun.upload;
  await lane.sign(id);
  const sent = await lane.send(begun, passage.file);
  await lane.ask('GET', `/v1/uploads/${id}/parts`);
  await lane.ask('GET', `/v1/uploads/${id}`);
  const held = passage.waitsFor('job') && (await holdEnd(passage));
  await lane.complete(id, sent);
  if (held) {
    await passage.know({ job: await passage.untilJob() });
    await held();
  }
  await passage.until(ENDS);
  // Its own header tells this request from those of other lanes.
  await lane.ask('GET', '/v1/uploads', undefined, { 'idempotency-key': begun.idempotencyKey });
}

export async function cancelledWaiting(passage: Passage): Promise<void> {
  const begun = await passage.begin();
  await passage.lane.send(begun, passage.file);
  await passage.lane.cancel(passage.id);
}

/** The workflow never hears of the job's end, so that the cancel finds it waiting. */
export async function cancelledTranscoding(passage: Passage): Promise<void> {
  const begun = await passage.begin();
  const sent = await passage.lane.send(begun, passage.file);
  await passage.arrange({
    ...JOB_EVENT,
    status: 'COMPLETE',
    to: 'sync',
    kind: 'drop',
    times: 'always',
  });
  await passage.lane.complete(passage.id, sent);
  const job = await passage.untilJob();
  const recorded = await untilItem(
    passage,
    ({ status, jobId }) => status === 'transcoding' && jobId !== undefined,
  );
  await passage.know({ job, execution: recorded.execution ?? '' });
  await passage.lane.cancel(passage.id);
}

/** What a completion leaves that was under way when the cancel came. */
export async function lateObject(passage: Passage): Promise<void> {
  await passage.begin();
  await passage.lane.cancel(passage.id);
  const { objectKey: Key } = await passage.item();
  const { s3, cloud } = passage.lane.cloud;
  const Bucket = cloud.hosted.sourceBucket;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: passage.file, IfNoneMatch: '*' }));
  await passage.untilExecution();
}

/** The job fails by itself. */
export async function failedJob(passage: Passage): Promise<void> {
  const begun = await passage.begin();
  const sent = await passage.lane.send(begun, passage.file);
  await cannotWrite(passage);
  await passage.lane.complete(passage.id, sent);
  await passage.until(ENDS);
}

/** The file comes by a form, lands beside the sources and is taken in. */
export async function byForm(passage: Passage): Promise<void> {
  const grant = await passage.beginForm();
  await passage.lane.sendForm(grant, passage.file);
  await passage.until(ENDS);
}

/** The event comes when its upload has been cancelled already. */
export async function lateEvent(passage: Passage): Promise<void> {
  const begun = await passage.begin();
  const sent = await passage.lane.send(begun, passage.file);
  await passage.lane.complete(passage.id, sent);
  await passage.lane.cancel(passage.id);
  await passage.untilExecution();
}

/**
 * Every request that changes something, once more: a client that has not heard the answer. What it is told must
 * be the same.
 */
export async function askedTwice(passage: Passage): Promise<void> {
  const { lane } = passage;
  const begun = await passage.begin();
  const again = await lane.create(passage.file, begun.idempotencyKey);
  same('the upload', again.upload.id, begun.upload.id);
  const sent = await lane.send(begun, passage.file);
  same('the parts', await lane.send(again, passage.file), sent);
  const [one, two] = await Promise.all([
    lane.complete(passage.id, sent),
    lane.complete(passage.id, sent),
  ]);
  same('the completed upload', two.id, one.id);
  await passage.until(ENDS);
  const later = await lane.complete(passage.id, sent);
  same('the status when completed again', later.status, 'ready');
  const ended = await Promise.all([lane.cancel(passage.id), lane.cancel(passage.id)]);
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
function holdEnd(passage: Passage): Promise<() => Promise<void>> {
  return passage.arrange({
    ...JOB_EVENT,
    status: 'COMPLETE',
    to: 'sync',
    kind: 'delay',
    ms: 2_000,
  });
}
