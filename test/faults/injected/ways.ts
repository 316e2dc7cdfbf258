import { PutObjectCommand } from '@aws-sdk/client-s3';
import { isTerminal, type Status, statuses } from '../../../core/lifecycle.ts';
import { statusShard, type UploadItem } from '../../../core/records.ts';
import type { Passage } from './passage.ts';

/** One way of an upload through the pipeline, and how it ends when nothing fails. */
export interface Way {
  readonly ends: Status;
  /** The body of the upload: a film, or words. */
  readonly file: 'film' | 'text';
  /** Of the cloud that it needs: with moderators or without. */
  readonly review: boolean;
  /** Executions that wait for ever for an event that the way itself has dropped. */
  readonly leavesWaiting?: true;
  /** Throws where the API refuses what it should not. */
  readonly run: (passage: Passage) => Promise<void>;
}

const film = { file: 'film', review: false } as const;
const reviewed = { file: 'film', review: true } as const;

export const WAYS = {
  ready: { ...film, ends: 'ready', run: ready },
  rejected: { ...film, file: 'text', ends: 'rejected', run: uploaded },
  'failed in the job': { ...film, ends: 'failed', run: failedJob },
  'cancelled while waiting': { ...film, ends: 'cancelled', run: cancelledWaiting },
  'cancelled while transcoding': { ...film, ends: 'cancelled', run: cancelledTranscoding },
  'an object after the cancel': { ...film, ends: 'cancelled', run: lateObject },
  'event lost, reconciled': { ...reviewed, ends: 'ready', run: lostEvent },
  'job unheard, reconciled': { ...reviewed, ends: 'ready', leavesWaiting: true, run: lostJob },
  'abandoned, reconciled': { ...reviewed, ends: 'expired', run: abandoned },
  'source gone, reconciled': { ...reviewed, ends: 'failed', run: sourceGone },
  'cancel broken off, reconciled': { ...reviewed, ends: 'cancelled', run: brokenCancel },
  reviewed: { ...reviewed, ends: 'ready', run: uploaded },
} as const satisfies Record<string, Way>;

export type WayName = keyof typeof WAYS;

export const ENDS: readonly Status[] = statuses.filter(isTerminal);

/** With every route of the API. */
async function ready(passage: Passage): Promise<void> {
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

const JOB_EVENT = { service: 'event', operation: 'MediaConvert Job State Change' } as const;

/** Creates, sends, completes, and waits for an end. */
async function uploaded(passage: Passage): Promise<void> {
  await begunAndCompleted(passage);
  await passage.until(ENDS);
}

async function begunAndCompleted(passage: Passage): Promise<void> {
  const begun = await passage.begin();
  const sent = await passage.lane.send(begun, passage.file);
  await passage.lane.complete(passage.id, sent);
}

/** MediaConvert cannot write what it makes. */
async function failedJob(passage: Passage): Promise<void> {
  const { lane } = passage;
  const begun = await passage.begin();
  const sent = await lane.send(begun, passage.file);
  for (const operation of ['PutObject', 'CreateMultipartUpload']) {
    await passage.arrange({
      service: 's3',
      operation,
      caller: 'ranscoding',
      kind: 'server_error',
      times: 'always',
    });
  }
  await lane.complete(passage.id, sent);
  await passage.until(ENDS);
}

async function cancelledWaiting(passage: Passage): Promise<void> {
  const begun = await passage.begin();
  await passage.lane.send(begun, passage.file);
  await passage.lane.cancel(passage.id);
}

/** The workflow never hears of the job's end, so that the cancel finds it waiting. */
async function cancelledTranscoding(passage: Passage): Promise<void> {
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
async function lateObject(passage: Passage): Promise<void> {
  await passage.begin();
  await passage.lane.cancel(passage.id);
  const { objectKey: Key } = await passage.item();
  const { s3, cloud } = passage.lane.cloud;
  const Bucket = cloud.hosted.sourceBucket;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: passage.file, IfNoneMatch: '*' }));
  await passage.untilExecution();
}

async function lostEvent(passage: Passage): Promise<void> {
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

/** Neither its progress nor its end. */
async function lostJob(passage: Passage): Promise<void> {
  const { reconciling } = passage.lane.cloud;
  await reconciling.prepare(async () => {
    const begun = await passage.begin();
    const sent = await passage.lane.send(begun, passage.file);
    await passage.arrange({ ...JOB_EVENT, kind: 'drop', times: 'always' });
    await passage.lane.complete(passage.id, sent);
    const { execution = '' } = await untilItem(passage, ({ status }) => status === 'transcoding');
    const job = await passage.untilJob();
    await passage.untilJobEnded(job);
    await passage.know({ job, execution });
  });
  await passage.reconcile();
  await passage.until(ENDS);
}

async function abandoned(passage: Passage): Promise<void> {
  const { reconciling } = passage.lane.cloud;
  await reconciling.prepare(async () => {
    const begun = await passage.begin();
    await passage.lane.send(begun, passage.file);
    await passage.rewrite({ deadline: new Date(Date.now() - 1_000).toISOString() });
  });
  await passage.reconcile();
}

/** Recorded as complete, and nothing is there. */
async function sourceGone(passage: Passage): Promise<void> {
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
async function brokenCancel(passage: Passage): Promise<void> {
  const { lane } = passage;
  await lane.cloud.reconciling.prepare(async () => {
    await begunAndCompleted(passage);
    const { execution = '' } = await untilItem(passage, ({ status }) => status === 'transcoding');
    const job = await passage.untilJob();
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

async function untilItem(
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
