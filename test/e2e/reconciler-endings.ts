import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { AwsError } from '@reelgate/local-cloud';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import { statusShard } from '../../core/uploads/records.ts';
import {
  begin,
  endOf,
  film,
  itemOf,
  type Stage,
  uploadFilm,
} from '../../tools/permissions/fixture.ts';
import type { Scenario } from '../../tools/permissions/scenarios.ts';
import { approved, inReview, is, same } from './reconciler-checks.ts';
import {
  HOUR_MS,
  lateBy,
  MINUTE_MS,
  outputsOf,
  quotaOf,
  reconcile,
  rewrite,
  sourcesOf,
} from './reconciler-run.ts';

/** The remaining work after an upload has ended. */
export const ENDING_SCENARIOS: readonly Scenario[] = [
  { name: 'reconciled: a cancel that broke off', run: brokenOffCancel },
  { name: 'reconciled: a deletion that broke off, outputs that came late', run: lateOutputs },
  { name: 'reconciled: a source replaced behind its job', run: replacedSource },
  { name: 'announced: a cancel', run: cancelTold },
  { name: 'announced: a deadline', run: expiryTold },
  { name: 'announced: a source that is gone', run: failureTold },
  { name: 'announced: where the bus did not take it at first', run: toldAgain },
  { name: 'announced: a video that the workflow could not announce', run: readyAnnounced },
];

async function brokenOffCancel(stage: Stage): Promise<void> {
  const before = await quotaOf(stage);
  const { id } = await uploadFilm(stage);
  const { objectKey } = await inReview(stage, id);
  await rewrite(stage, id, { status: 'cancelled' });
  await reconcile(stage, lateBy(20 * MINUTE_MS));
  same('the quota', await quotaOf(stage), before);
  same('what is stored', await sourcesOf(stage, objectKey), []);
}

/** A run deletes what is stored, however late it comes; after the longest job the upload leaves the index. */
async function lateOutputs(stage: Stage): Promise<void> {
  const before = await quotaOf(stage);
  const { id } = await uploadFilm(stage);
  await approved(stage, id);
  await rewrite(stage, id, { status: 'cancelled' });
  for (const late of [3 * HOUR_MS, 20 * HOUR_MS, 300 * HOUR_MS]) {
    await reconcile(stage, lateBy(late));
    same('the quota', await quotaOf(stage), before);
    same('the outputs', await outputsOf(stage, id), []);
    const Key = `${outputPrefix(id)}late.cmfv`;
    await stage.s3.send(
      new PutObjectCommand({ Bucket: stage.hosted.outputBucket, Key, Body: 'late' }),
    );
  }
  same('the place in the index', (await itemOf(stage, id)).statusShard, undefined);
}

/** The operator replaces the source just before its outputs are verified. */
async function replacedSource(stage: Stage): Promise<void> {
  const before = await quotaOf(stage);
  const { id } = await uploadFilm(stage);
  const { objectKey: Key, object, reviewToken: taskToken } = await inReview(stage, id);
  const Bucket = stage.hosted.sourceBucket;
  stage.once(
    ({ service, request }) =>
      service === 'lambda' && request.body.includes(id) && request.body.includes('jobId'),
    async (next) => {
      await stage.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: object?.versionId }));
      await stage.s3.send(new PutObjectCommand({ Bucket, Key, Body: film, IfNoneMatch: '*' }));
      return next();
    },
  );
  await stage.states.send(
    new SendTaskSuccessCommand({ taskToken, output: '{"decision":"approved"}' }),
  );
  const { reason } = await endOf(stage, id, 'rejected');
  same('the reason', reason?.code, 'source_changed');
  if ((await outputsOf(stage, id)).length === 0) throw new Error('The job has made no outputs.');
  await reconcile(stage, lateBy(20 * MINUTE_MS));
  same('the outputs', await outputsOf(stage, id), []);
  same('the sources', await sourcesOf(stage, Key), []);
  same('the quota', await quotaOf(stage), before);
}

async function cancelTold(stage: Stage): Promise<void> {
  const { upload } = await begin(stage);
  await stage.api.cancel(upload.id);
  const announced = await announcedBy(stage, upload.id, lateBy(20 * MINUTE_MS));
  await isAnnounced(stage, upload.id, announced, 'Upload Cancelled', {
    reason: { code: 'cancelled_by_owner' },
  });
}

async function expiryTold(stage: Stage): Promise<void> {
  const { upload } = await begin(stage);
  await reconcile(stage, lateBy(49 * HOUR_MS));
  const announced = await announcedBy(stage, upload.id, lateBy(50 * HOUR_MS));
  await isAnnounced(stage, upload.id, announced, 'Upload Expired', {
    reason: { code: 'upload_expired' },
  });
}

async function failureTold(stage: Stage): Promise<void> {
  const { upload } = await begin(stage);
  await rewrite(stage, upload.id, { status: 'uploaded' });
  const announced = await announcedBy(stage, upload.id, lateBy(20 * MINUTE_MS));
  await isAnnounced(stage, upload.id, announced, 'Upload Failed', {
    reason: { code: 'source_missing' },
  });
  await is(stage, upload.id, 'failed');
}

async function toldAgain(stage: Stage): Promise<void> {
  const { upload } = await begin(stage);
  await stage.api.cancel(upload.id);
  stage.once(isToldOf(upload.id), () => {
    throw new AwsError('AccessDeniedException', 'The bus is not to be reached.');
  });
  const late = lateBy(20 * MINUTE_MS);
  const failed = await reconcile(stage, late).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (!failed?.includes('could not be healed')) throw new Error(`The run ended well: ${failed}`);
  const announced = await announcedBy(stage, upload.id, late);
  await isAnnounced(stage, upload.id, announced, 'Upload Cancelled', {
    reason: { code: 'cancelled_by_owner' },
  });
}

/** The record as `LeaveAnnouncementPending` writes it after the event bus was unavailable for all attempts. */
async function readyAnnounced(stage: Stage): Promise<void> {
  const { id } = await uploadFilm(stage);
  const { playback, shard } = await approved(stage, id);
  await rewrite(stage, id, { statusShard: statusShard('ready+pendingAnnouncement', shard) });
  const outputs = await outputsOf(stage, id);
  const announced = await announcedBy(stage, id, lateBy(HOUR_MS));
  await isAnnounced(stage, id, announced, 'Video Ready', { playback });
  same('the outputs', await outputsOf(stage, id), outputs);
  same('the place', (await itemOf(stage, id)).statusShard, statusShard('ready', shard));
}

type Matches = Parameters<Stage['once']>[0];

function isToldOf(id: string): Matches {
  return ({ operation, request }) => operation === 'PutEvents' && request.body.includes(id);
}

interface PutEvents {
  readonly Entries: readonly { readonly DetailType: string; readonly Detail: string }[];
}

/** The events about an upload that a run of the reconciler puts on the bus. */
async function announcedBy(stage: Stage, id: string, time: string): Promise<PutEvents['Entries']> {
  const announced: string[] = [];
  const matches = isToldOf(id);
  stage.once(
    (call) => matches(call) && announced.push(call.request.body.toString('utf8')) > 0,
    (next) => next(),
  );
  await reconcile(stage, time);
  // The next run announces nothing.
  await reconcile(stage, time);
  return announced.flatMap((body) => (JSON.parse(body) as PutEvents).Entries);
}

async function isAnnounced(
  stage: Stage,
  id: string,
  announced: PutEvents['Entries'],
  type: string,
  ending: object,
): Promise<void> {
  const { owner, status, updatedAt } = await itemOf(stage, id);
  same(
    'the announcements',
    announced.map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail)]),
    [
      [
        type,
        {
          metadata: { id: `${id}/${status}`, version: '1', time: updatedAt },
          data: { uploadId: id, owner, ...ending },
        },
      ],
    ],
  );
}
