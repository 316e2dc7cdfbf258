import { CompleteMultipartUploadCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { RECONCILE_EVERY_MINUTES } from '../../core/reconciliation/reconcile.ts';
import {
  begin,
  endOf,
  film,
  forgetMultipart,
  itemOf,
  requestFor,
  type Stage,
  send,
  uploadFilm,
} from '../../tools/permissions/fixture.ts';
import type { Scenario } from '../../tools/permissions/scenarios.ts';
import { postUnheard } from '../../tools/permissions/upload-methods.ts';
import { approved, inReview, is, isExpired, same } from './reconciler-checks.ts';
import {
  HOUR_MS,
  lateBy,
  MINUTE_MS,
  quotaOf,
  reconcile,
  rewrite,
  sourcesOf,
} from './reconciler-run.ts';

/** The scenarios that the reconciler repairs. The fixture has review on, so that executions wait. */
export const RECONCILER_SCENARIOS: readonly Scenario[] = [
  { name: 'reconciled: given up half-way', run: abandoned },
  { name: 'reconciled: a creation that was never continued', run: halfCreated },
  {
    name: 'reconciled: the event lost, the completion unrecorded',
    run: (s) => lostEvent(s, 'waiting'),
  },
  { name: 'reconciled: the event lost', run: (s) => lostEvent(s, 'uploaded') },
  { name: 'reconciled: the event of a form lost', run: lostForm },
  { name: 'reconciled: a single PUT that waits, and its deadline', run: singlePut },
  { name: 'reconciled: complete, and the source gone', run: sourceGone },
  { name: 'reconciled: an execution that was stopped', run: stoppedExecution },
  { name: 'reconciled: a job that has ended, once its execution has', run: pastItsJob },
  { name: 'reconciled: a job without any event', run: unknownJob },
  { name: 'reconciled: by its schedule', run: bySchedule },
];

/** Parts that are never completed: deleted at the deadline, and the bytes return to the quota. */
async function abandoned(stage: Stage): Promise<void> {
  const before = await quotaOf(stage);
  const { upload, parts } = await begin(stage);
  await send(parts);
  await reconcile(stage, lateBy(47 * HOUR_MS));
  await is(stage, upload.id, 'waiting');
  // Two concurrent runs have the effect of one.
  await Promise.all([
    reconcile(stage, lateBy(49 * HOUR_MS)),
    reconcile(stage, lateBy(49 * HOUR_MS)),
  ]);
  await isExpired(stage, upload.id);
  same('the quota', await quotaOf(stage), before);
  const refused = await send(parts).catch((error: Error) => error.message);
  if (!String(refused).includes('NoSuchUpload')) throw new Error(`A late part: ${refused}`);
}

async function halfCreated(stage: Stage): Promise<void> {
  const before = await quotaOf(stage);
  const { upload } = await begin(stage);
  await forgetMultipart(stage, upload.id);
  await reconcile(stage, lateBy(30 * MINUTE_MS));
  await is(stage, upload.id, 'waiting');
  await reconcile(stage, lateBy(2 * HOUR_MS));
  await isExpired(stage, upload.id);
  same('the quota', await quotaOf(stage), before);
}

/** The staged file of a form is accepted once, and nothing stays in the staging prefix. */
async function lostForm(stage: Stage): Promise<void> {
  const { id } = await postUnheard(stage);
  await is(stage, id, 'waiting');
  const [first, second] = await Promise.all([
    reconcile(stage, lateBy(20 * MINUTE_MS)),
    reconcile(stage, lateBy(20 * MINUTE_MS)),
  ]);
  // The second run may find the file accepted and not yet claimed: it starts the workflow too, and one execution claims it.
  const started = (first.started ?? 0) + (second.started ?? 0);
  if (started < 1) throw new Error('Neither run has taken the form in.');
  same(
    'what was taken in',
    (await sourcesOf(stage, (await itemOf(stage, id)).objectKey)).length,
    1,
  );
  await approved(stage, id);
  const { Bucket, Prefix } = { Bucket: stage.hosted.sourceBucket, Prefix: 'forms/' };
  const { Versions = [] } = await stage.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
  same('what stays where forms land', Versions.length, 0);
}

/** S3 has no upload before the file arrives: the upload waits until its deadline like any other. */
async function singlePut(stage: Stage): Promise<void> {
  const response = await fetch(new URL('/v1/uploads', stage.hosted.api), {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...requestFor(film), method: 'put' }),
  });
  const { upload } = (await response.json()) as { upload: { id: string } };
  await reconcile(stage, lateBy(2 * HOUR_MS));
  await is(stage, upload.id, 'waiting');
  await reconcile(stage, lateBy(49 * HOUR_MS));
  await isExpired(stage, upload.id);
}

/** The event has no effect, because the record is in another status at that moment. */
async function lostEvent(stage: Stage, status: 'waiting' | 'uploaded'): Promise<void> {
  const { upload, parts } = await begin(stage);
  const sent = await send(parts);
  await rewrite(stage, upload.id, { status: 'failed' });
  const passedBy = new Promise<void>((resolve) => {
    stage.once(
      ({ operation, request }) => operation === 'GetItem' && request.body.includes(upload.id),
      async (next) => {
        const response = await next();
        resolve();
        return response;
      },
    );
  });
  await putTogether(stage, upload.id, sent);
  await passedBy;
  await rewrite(stage, upload.id, { status });
  await Promise.all([
    reconcile(stage, lateBy(20 * MINUTE_MS)),
    reconcile(stage, lateBy(20 * MINUTE_MS)),
  ]);
  const { timeline } = await approved(stage, upload.id);
  same(
    'the timeline',
    timeline.map(({ to }) => to),
    ['waiting', 'validating', 'in_review', 'transcoding', 'ready'],
  );
}

async function sourceGone(stage: Stage): Promise<void> {
  const { upload } = await begin(stage);
  await rewrite(stage, upload.id, { status: 'uploaded' });
  await reconcile(stage, lateBy(20 * MINUTE_MS));
  const { reason } = await is(stage, upload.id, 'failed');
  same('the reason', reason, { code: 'source_missing' });
  await stage.api.cancel(upload.id);
}

async function stoppedExecution(stage: Stage): Promise<void> {
  const { id } = await uploadFilm(stage);
  const { execution } = await inReview(stage, id);
  await reconcile(stage, lateBy(20 * MINUTE_MS));
  await is(stage, id, 'in_review');
  await stage.states.send(new StopExecutionCommand({ executionArn: execution }));
  await reconcile(stage, lateBy(20 * MINUTE_MS));
  const { reason, quota } = await endOf(stage, id, 'failed');
  same('reason and quota', [reason?.code, quota], ['workflow_failed', 'used']);
}

/**
 * The execution of another upload, which waits in review, represents one that is past its job and retries
 * a later state. The fault matrix has an execution that waits for a lost job event.
 */
async function pastItsJob(stage: Stage): Promise<void> {
  const other = await uploadFilm(stage);
  const { execution } = await inReview(stage, other.id);
  const { id } = await uploadFilm(stage);
  const { jobId } = await approved(stage, id);
  await rewrite(stage, id, { status: 'transcoding', execution, jobId, playback: undefined });
  await reconcile(stage, lateBy(20 * MINUTE_MS));
  await is(stage, id, 'transcoding');
  await stage.states.send(new StopExecutionCommand({ executionArn: execution }));
  await reconcile(stage, lateBy(20 * MINUTE_MS));
  const ended = await endOf(stage, id, 'ready');
  same('the job', ended.jobId, jobId);
  await endOf(stage, other.id, 'failed');
}

/** No event of the job arrives; the execution's history names the job. */
async function unknownJob(stage: Stage): Promise<void> {
  const { id } = await uploadFilm(stage);
  const { jobId } = await approved(stage, id);
  await rewrite(stage, id, { status: 'transcoding', jobId: undefined, playback: undefined });
  await reconcile(stage, lateBy(20 * MINUTE_MS));
  same('the job', (await endOf(stage, id, 'ready')).jobId, jobId);
}

async function bySchedule(stage: Stage): Promise<void> {
  const { upload } = await begin(stage);
  const past = new Date(Date.now() - HOUR_MS).toISOString();
  await rewrite(stage, upload.id, { deadline: past, updatedAt: past });
  stage.clock.advance(RECONCILE_EVERY_MINUTES * MINUTE_MS);
  await endOf(stage, upload.id, 'expired');
}

async function putTogether(
  stage: Stage,
  id: string,
  sent: readonly { readonly partNumber: number; readonly etag: string }[],
): Promise<void> {
  const { objectKey, s3UploadId } = await itemOf(stage, id);
  await stage.s3.send(
    new CompleteMultipartUploadCommand({
      Bucket: stage.hosted.sourceBucket,
      Key: objectKey,
      UploadId: s3UploadId,
      IfNoneMatch: '*',
      MultipartUpload: {
        Parts: sent.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })),
      },
    }),
  );
}
