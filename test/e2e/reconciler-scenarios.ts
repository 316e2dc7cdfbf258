import { CompleteMultipartUploadCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { RECONCILE_EVERY_MINUTES } from '../../core/reconciliation/reconcile.ts';
import {
  begin,
  endOf,
  type Fixture,
  film,
  forgetMultipart,
  itemOf,
  requestFor,
  send,
  uploadFilm,
} from '../../tools/permissions/fixture.ts';
import type { Scenario } from '../../tools/permissions/scenarios.ts';
import { postWithoutEvent } from '../../tools/permissions/upload-methods.ts';
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
async function abandoned(fixture: Fixture): Promise<void> {
  const before = await quotaOf(fixture);
  const { upload, parts } = await begin(fixture);
  await send(parts);
  await reconcile(fixture, lateBy(47 * HOUR_MS));
  await is(fixture, upload.id, 'waiting');
  // Two concurrent runs have the effect of one.
  await Promise.all([
    reconcile(fixture, lateBy(49 * HOUR_MS)),
    reconcile(fixture, lateBy(49 * HOUR_MS)),
  ]);
  await isExpired(fixture, upload.id);
  same('the quota', await quotaOf(fixture), before);
  const refused = await send(parts).catch((error: Error) => error.message);
  if (!String(refused).includes('NoSuchUpload')) throw new Error(`A late part: ${refused}`);
}

async function halfCreated(fixture: Fixture): Promise<void> {
  const before = await quotaOf(fixture);
  const { upload } = await begin(fixture);
  await forgetMultipart(fixture, upload.id);
  await reconcile(fixture, lateBy(30 * MINUTE_MS));
  await is(fixture, upload.id, 'waiting');
  await reconcile(fixture, lateBy(2 * HOUR_MS));
  await isExpired(fixture, upload.id);
  same('the quota', await quotaOf(fixture), before);
}

/** The staged file of a form is accepted once, and nothing stays in the staging prefix. */
async function lostForm(fixture: Fixture): Promise<void> {
  const { id } = await postWithoutEvent(fixture);
  await is(fixture, id, 'waiting');
  const [first, second] = await Promise.all([
    reconcile(fixture, lateBy(20 * MINUTE_MS)),
    reconcile(fixture, lateBy(20 * MINUTE_MS)),
  ]);
  // The second run may find the file accepted and not yet claimed: it starts the workflow too, and one execution claims it.
  const started = (first.started ?? 0) + (second.started ?? 0);
  if (started < 1) throw new Error('Neither run has taken the form in.');
  same(
    'what was taken in',
    (await sourcesOf(fixture, (await itemOf(fixture, id)).objectKey)).length,
    1,
  );
  await approved(fixture, id);
  const { Bucket, Prefix } = { Bucket: fixture.hosted.sourceBucket, Prefix: 'forms/' };
  const { Versions = [] } = await fixture.s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix }),
  );
  same('what stays where forms land', Versions.length, 0);
}

/** S3 has no upload before the file arrives: the upload waits until its deadline like any other. */
async function singlePut(fixture: Fixture): Promise<void> {
  const response = await fetch(new URL('/v1/uploads', fixture.hosted.api), {
    method: 'POST',
    headers: { authorization: `Bearer ${fixture.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...requestFor(film), method: 'put' }),
  });
  const { upload } = (await response.json()) as { upload: { id: string } };
  await reconcile(fixture, lateBy(2 * HOUR_MS));
  await is(fixture, upload.id, 'waiting');
  await reconcile(fixture, lateBy(49 * HOUR_MS));
  await isExpired(fixture, upload.id);
}

/** The event has no effect, because the record is in another status at that moment. */
async function lostEvent(fixture: Fixture, status: 'waiting' | 'uploaded'): Promise<void> {
  const { upload, parts } = await begin(fixture);
  const sent = await send(parts);
  await rewrite(fixture, upload.id, { status: 'failed' });
  const passedBy = new Promise<void>((resolve) => {
    fixture.once(
      ({ operation, request }) => operation === 'GetItem' && request.body.includes(upload.id),
      async (next) => {
        const response = await next();
        resolve();
        return response;
      },
    );
  });
  await putTogether(fixture, upload.id, sent);
  await passedBy;
  await rewrite(fixture, upload.id, { status });
  await Promise.all([
    reconcile(fixture, lateBy(20 * MINUTE_MS)),
    reconcile(fixture, lateBy(20 * MINUTE_MS)),
  ]);
  const { timeline } = await approved(fixture, upload.id);
  same(
    'the timeline',
    timeline.map(({ to }) => to),
    ['waiting', 'validating', 'in_review', 'transcoding', 'ready'],
  );
}

async function sourceGone(fixture: Fixture): Promise<void> {
  const { upload } = await begin(fixture);
  await rewrite(fixture, upload.id, { status: 'uploaded' });
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  const { reason } = await is(fixture, upload.id, 'failed');
  same('the reason', reason, { code: 'source_missing' });
  await fixture.api.cancel(upload.id);
}

async function stoppedExecution(fixture: Fixture): Promise<void> {
  const { id } = await uploadFilm(fixture);
  const { execution } = await inReview(fixture, id);
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  await is(fixture, id, 'in_review');
  await fixture.states.send(new StopExecutionCommand({ executionArn: execution }));
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  const { reason, quota } = await endOf(fixture, id, 'failed');
  same('reason and quota', [reason?.code, quota], ['workflow_failed', 'used']);
  await retriedByItself(fixture, id);
}

/** What has failed for a cause that passes is tried again after a pause, in the status in which it failed. */
async function retriedByItself(fixture: Fixture, id: string): Promise<void> {
  await reconcile(fixture, lateBy(5 * MINUTE_MS));
  await is(fixture, id, 'failed');
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  const { attempt, timeline } = await approved(fixture, id);
  const statuses = timeline.map(({ to }) => to).slice(-5);
  same(
    'attempt and timeline',
    [attempt, statuses],
    [2, ['in_review', 'failed', 'in_review', 'transcoding', 'ready']],
  );
}

/**
 * The execution of another upload, which waits in review, represents one that is past its job and retries
 * a later state. The fault matrix has an execution that waits for a lost job event.
 */
async function pastItsJob(fixture: Fixture): Promise<void> {
  const other = await uploadFilm(fixture);
  const { execution } = await inReview(fixture, other.id);
  const { id } = await uploadFilm(fixture);
  const { jobId } = await approved(fixture, id);
  await rewrite(fixture, id, { status: 'transcoding', execution, jobId, playback: undefined });
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  await is(fixture, id, 'transcoding');
  await fixture.states.send(new StopExecutionCommand({ executionArn: execution }));
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  const ended = await endOf(fixture, id, 'ready');
  same('the job', ended.jobId, jobId);
  await endOf(fixture, other.id, 'failed');
}

/** No event of the job arrives; the execution's history names the job. */
async function unknownJob(fixture: Fixture): Promise<void> {
  const { id } = await uploadFilm(fixture);
  const { jobId } = await approved(fixture, id);
  await rewrite(fixture, id, { status: 'transcoding', jobId: undefined, playback: undefined });
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  same('the job', (await endOf(fixture, id, 'ready')).jobId, jobId);
}

async function bySchedule(fixture: Fixture): Promise<void> {
  const { upload } = await begin(fixture);
  const past = new Date(Date.now() - HOUR_MS).toISOString();
  await rewrite(fixture, upload.id, { deadline: past, updatedAt: past });
  fixture.clock.advance(RECONCILE_EVERY_MINUTES * MINUTE_MS);
  await endOf(fixture, upload.id, 'expired');
}

async function putTogether(
  fixture: Fixture,
  id: string,
  sent: readonly { readonly partNumber: number; readonly etag: string }[],
): Promise<void> {
  const { objectKey, s3UploadId } = await itemOf(fixture, id);
  await fixture.s3.send(
    new CompleteMultipartUploadCommand({
      Bucket: fixture.hosted.sourceBucket,
      Key: objectKey,
      UploadId: s3UploadId,
      IfNoneMatch: '*',
      MultipartUpload: {
        Parts: sent.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag })),
      },
    }),
  );
}
