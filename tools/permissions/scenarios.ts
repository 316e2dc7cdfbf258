import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { UploadError } from '@reelgate/client';
import { AwsError } from '@reelgate/local-cloud';
import { defaultBudgets } from '../../core/quota/budgets.ts';
import { dayOf } from '../../core/quota/daily-budget.ts';
import { dayItemKey } from '../../core/uploads/records.ts';
import {
  begin,
  endOf,
  eventually,
  type Fixture,
  film,
  forgetMultipart,
  itemOf,
  requestFor,
  send,
  uploadFilm,
} from './fixture.ts';

export interface Scenario {
  readonly name: string;
  /** Throws if the pipeline does not do what it should. */
  readonly run: (fixture: Fixture) => Promise<void>;
}

/** Everything that the pipeline can do without a moderator. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'uploaded, polled, ready, deleted', run: readyAndDeleted },
  { name: 'a duplicate event', run: duplicateEvent },
  { name: 'cancelled while waiting', run: cancelledWaiting },
  { name: 'cancelled while transcoding', run: cancelledTranscoding },
  { name: 'not a video', run: rejected },
  { name: 'more output than the day allows', run: outputExceeded },
  { name: 'an object after the cancellation', run: lateObject },
  { name: 'an interrupted creation, resumed twice', run: interruptedCreation },
  { name: 'completed after S3 deleted the parts', run: partsDeleted },
  { name: 'an event for a deleted version', run: versionGone },
  { name: 'a source that is deleted before its job reads it', run: jobFails },
  { name: 'a source that is deleted before publication', run: sourceGone },
  { name: 'a file with another checksum than announced', run: otherChecksum },
  { name: 'a failed upload that is tried again', run: triedAgain },
  { name: 'a failed upload without a source', run: notTriedAgain },
];

/** With review. */
export const REVIEW_SCENARIOS: readonly Scenario[] = [
  { name: 'reviewed and approved', run: (fixture) => reviewed(fixture, 'approved') },
  { name: 'reviewed and rejected', run: (fixture) => reviewed(fixture, 'rejected') },
];

async function readyAndDeleted(fixture: Fixture): Promise<void> {
  const { upload, parts, idempotencyKey } = await begin(fixture);
  const again = await fixture.api.create(requestFor(film), idempotencyKey);
  if (again.upload.id !== upload.id)
    throw new Error('The same idempotency key created two uploads.');
  await fixture.api.sign(upload.id, [1]);
  const sent = await send(parts);
  // As often as a function counts requests in its memory before it writes them, also at the turn of a minute.
  for (let request = 0; request < 20; request += 1) {
    await fixture.api.get(upload.id);
    await fixture.api.parts(upload.id);
    await list(fixture);
  }
  await fixture.api.complete(upload.id, { parts: sent });
  await endOf(fixture, upload.id, 'ready');
  await fixture.api.cancel(upload.id);
}

async function list(fixture: Fixture): Promise<void> {
  const response = await fetch(new URL('/v1/uploads', fixture.hosted.api), {
    headers: { authorization: `Bearer ${fixture.token}` },
  });
  if (!response.ok) throw new Error(`GET /v1/uploads returned ${response.status}.`);
}

async function duplicateEvent(fixture: Fixture): Promise<void> {
  const { id } = await uploadFilm(fixture);
  const { execution } = await endOf(fixture, id, 'ready');
  const first = await fixture.states.send(
    new DescribeExecutionCommand({ executionArn: execution }),
  );
  await startWith(fixture, first.input ?? '');
}

async function cancelledWaiting(fixture: Fixture): Promise<void> {
  const { upload, parts } = await begin(fixture);
  await send(parts);
  await fixture.api.cancel(upload.id);
}

/** Cancels after the job's first progress event, when the upload has the job's id. */
async function cancelledTranscoding(fixture: Fixture): Promise<void> {
  const { upload, parts } = await begin(fixture);
  const cancelled = new Promise<void>((resolve, reject) => {
    fixture.once(
      ({ operation, request }) =>
        operation === 'UpdateItem' &&
        request.body.includes(upload.id) &&
        request.body.includes('transcodePercent'),
      async (next) => {
        const response = await next();
        fixture.api.cancel(upload.id).then(() => resolve(), reject);
        return response;
      },
    );
  });
  // The workflow must not get the job's end before the cancellation is done, however quick the job is.
  fixture.once(
    ({ service, request }) => service === 'mediaconvert' && request.method === 'GET',
    async (next) => {
      await cancelled;
      return next();
    },
  );
  await fixture.api.complete(upload.id, { parts: await send(parts) });
  await cancelled;
}

async function rejected(fixture: Fixture): Promise<void> {
  const { id } = await uploadFilm(fixture, Buffer.from('Text only.\n'.repeat(100)));
  await endOf(fixture, id, 'rejected');
  await untilNoVersion(fixture, (await itemOf(fixture, id)).objectKey);
}

/** The upload fails, its parts are deleted, and its bytes are returned once it is deleted. */
async function otherChecksum(fixture: Fixture): Promise<void> {
  const { upload, parts } = await begin(fixture);
  const completion = { parts: await send(parts), checksum: 'AAAAAAAAAAA=' };
  const refused = await fixture.api
    .complete(upload.id, completion)
    .catch((error: UploadError) => error);
  if (!(refused instanceof UploadError) || refused.code !== 'checksum_mismatch') {
    throw new Error(`Another checksum: ${JSON.stringify(refused)}`);
  }
  const { reason, quota } = await endOf(fixture, upload.id, 'failed');
  if (reason?.code !== 'checksum_mismatch' || quota !== 'reserved') {
    throw new Error(`It failed with ${reason?.code}, and its bytes are ${quota}.`);
  }
  await fixture.api.cancel(upload.id);
}

/** The job is not created; the owner's retry creates it. */
async function triedAgain(fixture: Fixture): Promise<void> {
  const id = await withoutJob(fixture);
  const { upload } = await fixture.api.retry(id);
  if (upload.status !== 'transcoding' || upload.attempt !== 2) {
    throw new Error(`The retry returned ${upload.status}, attempt ${upload.attempt}.`);
  }
  const { timeline, jobId, sequence } = await endOf(fixture, id, 'ready');
  const statuses = timeline.map(({ to }) => to).join(' ');
  if (!statuses.endsWith('validating transcoding failed transcoding ready') || !jobId) {
    throw new Error(`The timeline of the retried upload is ${statuses}.`);
  }
  if (sequence !== 2) throw new Error(`It was announced ${sequence} times; expected 2.`);
  // A second call changes nothing.
  const again = await fixture.api.retry(id);
  if (again.upload.status !== 'ready') throw new Error(`It became ${again.upload.status}.`);
}

async function notTriedAgain(fixture: Fixture): Promise<void> {
  const id = await withoutJob(fixture);
  const { objectKey: Key } = await itemOf(fixture, id);
  const Bucket = fixture.hosted.sourceBucket;
  await fixture.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  const refused = await fixture.api.retry(id).catch((error: UploadError) => error);
  if (!(refused instanceof UploadError) || refused.code !== 'retry_not_possible') {
    throw new Error(`A retry without a source: ${JSON.stringify(refused)}`);
  }
}

/** An upload that fails because MediaConvert refuses to create its job. */
async function withoutJob(fixture: Fixture): Promise<string> {
  const { upload, parts } = await begin(fixture);
  fixture.once(
    ({ service, request }) =>
      service === 'mediaconvert' && request.method === 'POST' && request.body.includes(upload.id),
    () => {
      throw new AwsError('BadRequestException', 'This job must not be created.');
    },
  );
  await fixture.api.complete(upload.id, { parts: await send(parts) });
  await endOf(fixture, upload.id, 'failed');
  return upload.id;
}

/** The day's output is used up by another device of the owner. */
async function outputExceeded(fixture: Fixture): Promise<void> {
  const { upload, parts } = await begin(fixture);
  const { owner } = await itemOf(fixture, upload.id);
  const use = (outputSeconds: number) =>
    fixture.table.send(
      new UpdateCommand({
        TableName: fixture.hosted.table,
        Key: dayItemKey(owner, dayOf(Date.now())),
        UpdateExpression: 'ADD outputSeconds :seconds',
        ExpressionAttributeValues: { ':seconds': outputSeconds },
      }),
    );
  const all = defaultBudgets.outputMinutesPerDay * 60;
  await use(all);
  await fixture.api.complete(upload.id, { parts: await send(parts) });
  await endOf(fixture, upload.id, 'failed');
  await use(-all);
  await fixture.api.cancel(upload.id);
}

/** The object of a completion that was in progress during the cancellation. */
async function lateObject(fixture: Fixture): Promise<void> {
  const { upload } = await begin(fixture);
  await fixture.api.cancel(upload.id);
  const { objectKey: Key } = await itemOf(fixture, upload.id);
  const Bucket = fixture.hosted.sourceBucket;
  await fixture.s3.send(new PutObjectCommand({ Bucket, Key, Body: film, IfNoneMatch: '*' }));
  await untilNoVersion(fixture, Key);
}

/** Two requests create the multipart upload; the one that records its own later must abort it. */
async function interruptedCreation(fixture: Fixture): Promise<void> {
  const { upload, idempotencyKey } = await begin(fixture);
  const create = () => fixture.api.create(requestFor(film), idempotencyKey);
  const sign = () => fixture.api.sign(upload.id, [1]);
  for (const [late, early] of [
    [create, sign],
    [sign, create],
  ] as const) {
    await forgetMultipart(fixture, upload.id);
    fixture.once(
      ({ operation, request }) =>
        operation === 'UpdateItem' && request.body.includes('attribute_not_exists(s3UploadId)'),
      async (next) => {
        await early();
        return next();
      },
    );
    await late();
  }
}

async function partsDeleted(fixture: Fixture): Promise<void> {
  const { upload, parts } = await begin(fixture);
  const sent = await send(parts);
  const { objectKey, s3UploadId } = await itemOf(fixture, upload.id);
  const Bucket = fixture.hosted.sourceBucket;
  await fixture.s3.send(
    new AbortMultipartUploadCommand({ Bucket, Key: objectKey, UploadId: s3UploadId }),
  );
  const error = await fixture.api.complete(upload.id, { parts: sent }).catch((reason) => reason);
  if (!(error instanceof UploadError) || error.code !== 'upload_gone') {
    throw new Error(
      `Completing deleted parts returned ${JSON.stringify(error)}; expected upload_gone.`,
    );
  }
  await fixture.api.cancel(upload.id);
}

async function versionGone(fixture: Fixture): Promise<void> {
  const { upload } = await begin(fixture);
  const { objectKey } = await itemOf(fixture, upload.id);
  const Bucket = fixture.hosted.sourceBucket;
  const Key = `${objectKey}.elsewhere`;
  // The id of a version that existed and was deleted.
  const { VersionId } = await fixture.s3.send(
    new PutObjectCommand({ Bucket, Key, Body: film, IfNoneMatch: '*' }),
  );
  await fixture.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  const object = {
    key: objectKey,
    size: film.length,
    etag: '0'.repeat(32),
    'version-id': VersionId,
  };
  await startWith(
    fixture,
    JSON.stringify({ detail: { bucket: { name: Bucket }, object }, source: 'aws.s3' }),
  );
  await endOf(fixture, upload.id, 'rejected');
}

async function jobFails(fixture: Fixture): Promise<void> {
  await deleteSourceBefore(fixture, ({ service, request }, id) => {
    return service === 'mediaconvert' && request.method === 'POST' && request.body.includes(id);
  });
}

async function sourceGone(fixture: Fixture): Promise<void> {
  await deleteSourceBefore(fixture, ({ service, request }, id) => {
    return service === 'lambda' && request.body.includes(id) && request.body.includes('jobId');
  });
}

/** Deletes the source right before the call that `matches`. */
async function deleteSourceBefore(
  fixture: Fixture,
  matches: (call: Parameters<Parameters<Fixture['once']>[0]>[0], id: string) => boolean,
): Promise<void> {
  const { upload, parts } = await begin(fixture);
  const { objectKey } = await itemOf(fixture, upload.id);
  fixture.once(
    (call) => matches(call, upload.id),
    async (next) => {
      const Bucket = fixture.hosted.sourceBucket;
      for (const VersionId of await versionsOf(fixture, objectKey)) {
        await fixture.s3.send(new DeleteObjectCommand({ Bucket, Key: objectKey, VersionId }));
      }
      return next();
    },
  );
  await fixture.api.complete(upload.id, { parts: await send(parts) });
  await eventually(`the end of ${upload.id}`, async () => {
    const { status, reason } = await itemOf(fixture, upload.id);
    return (status === 'failed' || status === 'rejected') && reason ? reason : undefined;
  });
}

async function reviewed(fixture: Fixture, decision: 'approved' | 'rejected'): Promise<void> {
  const { id } = await uploadFilm(fixture);
  const taskToken = await eventually(
    `the review of ${id}`,
    async () => (await itemOf(fixture, id)).reviewToken,
  );
  await fixture.states.send(
    new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ decision }) }),
  );
  await endOf(fixture, id, decision === 'approved' ? 'ready' : 'rejected');
}

/** Starts an execution and waits until it has succeeded. */
async function startWith(fixture: Fixture, input: string): Promise<void> {
  const { executionArn } = await fixture.states.send(
    new StartExecutionCommand({ stateMachineArn: fixture.hosted.stateMachine, input }),
  );
  await eventually('the end of the second execution', async () => {
    const { status } = await fixture.states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'RUNNING') return undefined;
    if (status === 'SUCCEEDED') return status;
    throw new Error(`The execution ended as ${status}; expected SUCCEEDED.`);
  });
}

async function versionsOf(fixture: Fixture, Prefix: string): Promise<(string | undefined)[]> {
  const { Versions = [], DeleteMarkers = [] } = await fixture.s3.send(
    new ListObjectVersionsCommand({ Bucket: fixture.hosted.sourceBucket, Prefix }),
  );
  return [...Versions, ...DeleteMarkers].map(({ VersionId }) => VersionId);
}

function untilNoVersion(fixture: Fixture, key: string): Promise<true> {
  return eventually(`the object ${key} to be deleted`, async () =>
    (await versionsOf(fixture, key)).length === 0 ? true : undefined,
  );
}
