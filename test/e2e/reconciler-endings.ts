import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { AwsError } from '@reelgate/local-cloud';
import { outputPrefix } from '../../core/uploads/object-keys.ts';
import { statusShard } from '../../core/uploads/records.ts';
import {
  begin,
  endOf,
  eventually,
  type Fixture,
  film,
  itemOf,
  requestFor,
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
  { name: 'erased: a deleted video, and its record after its time', run: deletedAndErased },
  { name: 'announced: a cancel', run: cancelAnnounced },
  { name: 'announced: a deadline', run: expiryAnnounced },
  { name: 'announced: a source that is gone', run: failureAnnounced },
  { name: 'announced: where the bus did not take it at first', run: announcedAgain },
  { name: 'announced: a video that the workflow could not announce', run: readyAnnounced },
];

async function brokenOffCancel(fixture: Fixture): Promise<void> {
  const before = await quotaOf(fixture);
  const { id } = await uploadFilm(fixture);
  const { objectKey } = await inReview(fixture, id);
  await rewrite(fixture, id, { status: 'cancelled', reason: { code: 'cancelled_by_owner' } });
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  same('the quota', await quotaOf(fixture), before);
  same('what is stored', await sourcesOf(fixture, objectKey), []);
}

/** A run deletes what is stored, however late it comes; after the longest job the upload leaves the index. */
async function lateOutputs(fixture: Fixture): Promise<void> {
  const before = await quotaOf(fixture);
  const { id } = await uploadFilm(fixture);
  await approved(fixture, id);
  await rewrite(fixture, id, { status: 'cancelled', reason: { code: 'cancelled_by_owner' } });
  for (const late of [3 * HOUR_MS, 20 * HOUR_MS, 300 * HOUR_MS]) {
    await reconcile(fixture, lateBy(late));
    same('the quota', await quotaOf(fixture), before);
    same('the outputs', await outputsOf(fixture, id), []);
    const Key = `${outputPrefix(id)}late.cmfv`;
    await fixture.s3.send(
      new PutObjectCommand({ Bucket: fixture.hosted.outputBucket, Key, Body: 'late' }),
    );
  }
  same('the place in the index', (await itemOf(fixture, id)).statusShard, undefined);
}

/** The operator replaces the source just before its outputs are verified. */
async function replacedSource(fixture: Fixture): Promise<void> {
  const before = await quotaOf(fixture);
  const { id } = await uploadFilm(fixture);
  const { objectKey: Key, object, reviewToken: taskToken } = await inReview(fixture, id);
  const Bucket = fixture.hosted.sourceBucket;
  fixture.once(
    ({ service, request }) =>
      service === 'lambda' && request.body.includes(id) && request.body.includes('jobId'),
    async (next) => {
      await fixture.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: object?.versionId }));
      await fixture.s3.send(new PutObjectCommand({ Bucket, Key, Body: film, IfNoneMatch: '*' }));
      return next();
    },
  );
  await fixture.states.send(
    new SendTaskSuccessCommand({ taskToken, output: '{"decision":"approved"}' }),
  );
  const { reason } = await endOf(fixture, id, 'rejected');
  same('the reason', reason?.code, 'source_changed');
  if ((await outputsOf(fixture, id)).length === 0) throw new Error('The job has made no outputs.');
  await reconcile(fixture, lateBy(20 * MINUTE_MS));
  same('the outputs', await outputsOf(fixture, id), []);
  same('the sources', await sourcesOf(fixture, Key), []);
  same('the quota', await quotaOf(fixture), before);
}

/** Nothing that describes the file stays in the record; DynamoDB deletes the rest. */
async function deletedAndErased(fixture: Fixture): Promise<void> {
  const { upload } = await fixture.api.create(
    { ...requestFor(film), fileName: 'holiday.mp4', metadata: { title: 'Sea' } },
    'erased-key',
  );
  await fixture.api.cancel(upload.id);
  const item = await itemOf(fixture, upload.id);
  for (const text of ['holiday', 'Sea', 'erased-key']) {
    if (JSON.stringify(item).includes(text)) throw new Error(`The record still has ${text}.`);
  }
  const shown = (await fixture.api.get(upload.id)).upload;
  same('what the API shows', [shown.status, shown.fileName], ['cancelled', undefined]);
  const listed = async (query: { readonly includeEnded?: boolean }) =>
    (await fixture.api.list({ ...query, limit: 100 })).uploads.some(({ id }) => id === upload.id);
  await eventually('the upload in the list of all', async () =>
    (await listed({ includeEnded: true })) ? true : undefined,
  );
  same('whether it is in the usual list', await listed({}), false);
  await rewrite(fixture, upload.id, { expiresAt: Math.floor((Date.now() - HOUR_MS) / 1000) });
  fixture.clock.advance(MINUTE_MS);
  await eventually('the end of the record', () =>
    itemOf(fixture, upload.id).then(
      () => undefined,
      () => true,
    ),
  );
}

async function cancelAnnounced(fixture: Fixture): Promise<void> {
  const { upload } = await begin(fixture);
  await fixture.api.cancel(upload.id);
  const announced = await announcedBy(fixture, upload.id, lateBy(20 * MINUTE_MS));
  await isAnnounced(fixture, upload.id, announced, 'Upload Cancelled', {
    reason: { code: 'cancelled_by_owner' },
  });
}

async function expiryAnnounced(fixture: Fixture): Promise<void> {
  const { upload } = await begin(fixture);
  await reconcile(fixture, lateBy(49 * HOUR_MS));
  const announced = await announcedBy(fixture, upload.id, lateBy(50 * HOUR_MS));
  await isAnnounced(fixture, upload.id, announced, 'Upload Expired', {
    reason: { code: 'upload_expired' },
  });
}

async function failureAnnounced(fixture: Fixture): Promise<void> {
  const { upload } = await begin(fixture);
  await rewrite(fixture, upload.id, { status: 'uploaded' });
  const announced = await announcedBy(fixture, upload.id, lateBy(20 * MINUTE_MS));
  await isAnnounced(fixture, upload.id, announced, 'Upload Failed', {
    reason: { code: 'source_missing' },
  });
  await is(fixture, upload.id, 'failed');
}

async function announcedAgain(fixture: Fixture): Promise<void> {
  const { upload } = await begin(fixture);
  await fixture.api.cancel(upload.id);
  fixture.once(isAnnouncementOf(upload.id), () => {
    throw new AwsError('AccessDeniedException', 'The bus is not to be reached.');
  });
  const late = lateBy(20 * MINUTE_MS);
  const { faults } = await reconcile(fixture, late);
  if (faults !== 1) throw new Error(`The run counted ${faults} faults; expected 1.`);
  const announced = await announcedBy(fixture, upload.id, late);
  await isAnnounced(fixture, upload.id, announced, 'Upload Cancelled', {
    reason: { code: 'cancelled_by_owner' },
  });
}

/** The record as `LeaveAnnouncementPending` writes it after the event bus was unavailable for all attempts. */
async function readyAnnounced(fixture: Fixture): Promise<void> {
  const { id } = await uploadFilm(fixture);
  const { playback, shard } = await approved(fixture, id);
  await rewrite(fixture, id, { statusShard: statusShard('ready+pendingAnnouncement', shard) });
  const outputs = await outputsOf(fixture, id);
  const announced = await announcedBy(fixture, id, lateBy(HOUR_MS));
  await isAnnounced(fixture, id, announced, 'Video Ready', { playback });
  same('the outputs', await outputsOf(fixture, id), outputs);
  same('the place', (await itemOf(fixture, id)).statusShard, statusShard('ready', shard));
}

type Matches = Parameters<Fixture['once']>[0];

function isAnnouncementOf(id: string): Matches {
  return ({ operation, request }) => operation === 'PutEvents' && request.body.includes(id);
}

interface PutEvents {
  readonly Entries: readonly { readonly DetailType: string; readonly Detail: string }[];
}

/** The events about an upload that a run of the reconciler puts on the bus. */
async function announcedBy(
  fixture: Fixture,
  id: string,
  time: string,
): Promise<PutEvents['Entries']> {
  const announced: string[] = [];
  const matches = isAnnouncementOf(id);
  fixture.once(
    (call) => matches(call) && announced.push(call.request.body.toString('utf8')) > 0,
    (next) => next(),
  );
  await reconcile(fixture, time);
  // The next run announces nothing.
  await reconcile(fixture, time);
  return announced.flatMap((body) => (JSON.parse(body) as PutEvents).Entries);
}

async function isAnnounced(
  fixture: Fixture,
  id: string,
  announced: PutEvents['Entries'],
  type: string,
  ending: object,
): Promise<void> {
  const { owner, sequence, updatedAt } = await itemOf(fixture, id);
  same(
    'the announcements',
    announced.map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail)]),
    [
      [
        type,
        {
          metadata: { id: `${id}/${sequence}`, sequence, version: '1', time: updatedAt },
          data: { uploadId: id, owner, ...ending },
        },
      ],
    ],
  );
}
