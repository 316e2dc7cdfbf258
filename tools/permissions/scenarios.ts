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
import { UploadError } from '@reelgate/client';
import {
  begin,
  endOf,
  eventually,
  film,
  forgetMultipart,
  itemOf,
  requestFor,
  type Stage,
  send,
  uploadFilm,
} from './fixture.ts';

export interface Scenario {
  readonly name: string;
  /** Throws where the pipeline does something else than it should. */
  readonly run: (stage: Stage) => Promise<void>;
}

/** Everything that the pipeline can do without a moderator. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'uploaded, watched, ready, deleted', run: readyAndDeleted },
  { name: 'the same event again', run: duplicateEvent },
  { name: 'cancelled while waiting', run: cancelledWaiting },
  { name: 'cancelled while transcoding', run: cancelledTranscoding },
  { name: 'no video', run: rejected },
  { name: 'an object after the cancel', run: lateObject },
  { name: 'a creation that broke off, taken up twice', run: brokenOffCreation },
  { name: 'completed after S3 forgot the parts', run: partsForgotten },
  { name: 'announced in a version that is gone', run: versionGone },
  { name: 'a source that is gone before its job reads it', run: jobFails },
  { name: 'a source that is gone before it is published', run: sourceGone },
];

/** With review switched on. */
export const REVIEW_SCENARIOS: readonly Scenario[] = [
  { name: 'reviewed and approved', run: (stage) => reviewed(stage, 'approved') },
  { name: 'reviewed and rejected', run: (stage) => reviewed(stage, 'rejected') },
];

async function readyAndDeleted(stage: Stage): Promise<void> {
  const { upload, parts, idempotencyKey } = await begin(stage);
  const again = await stage.api.create(requestFor(film), idempotencyKey);
  if (again.upload.id !== upload.id) throw new Error('The same key has made two uploads.');
  await stage.api.sign(upload.id, [1]);
  const sent = await send(parts);
  await stage.api.get(upload.id);
  await stage.api.parts(upload.id);
  await stage.api.complete(upload.id, { parts: sent });
  await endOf(stage, upload.id, 'ready');
  const list = await fetch(new URL('/v1/uploads', stage.hosted.api), {
    headers: { authorization: `Bearer ${stage.token}` },
  });
  if (!list.ok) throw new Error(`The list answered ${list.status}.`);
  await stage.api.cancel(upload.id);
}

async function duplicateEvent(stage: Stage): Promise<void> {
  const { id } = await uploadFilm(stage);
  const { execution } = await endOf(stage, id, 'ready');
  const first = await stage.states.send(new DescribeExecutionCommand({ executionArn: execution }));
  await startWith(stage, first.input ?? '');
}

async function cancelledWaiting(stage: Stage): Promise<void> {
  const { upload, parts } = await begin(stage);
  await send(parts);
  await stage.api.cancel(upload.id);
}

/** The job's first event is what the cancel waits for: then the job runs, and the upload knows it. */
async function cancelledTranscoding(stage: Stage): Promise<void> {
  const { upload, parts } = await begin(stage);
  const cancelled = new Promise<void>((resolve, reject) => {
    stage.once(
      ({ operation, request }) =>
        operation === 'UpdateItem' &&
        request.body.includes(upload.id) &&
        request.body.includes('transcodePercent'),
      async (next) => {
        const answer = await next();
        stage.api.cancel(upload.id).then(() => resolve(), reject);
        return answer;
      },
    );
  });
  // However quick the job is, the workflow does not hear of its end before the cancel is through.
  stage.once(
    ({ service, request }) => service === 'mediaconvert' && request.method === 'GET',
    async (next) => {
      await cancelled;
      return next();
    },
  );
  await stage.api.complete(upload.id, { parts: await send(parts) });
  await cancelled;
}

async function rejected(stage: Stage): Promise<void> {
  const { id } = await uploadFilm(stage, Buffer.from('Only words.\n'.repeat(100)));
  await endOf(stage, id, 'rejected');
  await untilNoVersion(stage, (await itemOf(stage, id)).objectKey);
}

/** What a completion leaves that was under way when the cancel came. */
async function lateObject(stage: Stage): Promise<void> {
  const { upload } = await begin(stage);
  await stage.api.cancel(upload.id);
  const { objectKey: Key } = await itemOf(stage, upload.id);
  const Bucket = stage.hosted.sourceBucket;
  await stage.s3.send(new PutObjectCommand({ Bucket, Key, Body: film, IfNoneMatch: '*' }));
  await untilNoVersion(stage, Key);
}

/** Two requests begin the upload in S3; whichever writes it down later throws its own away. */
async function brokenOffCreation(stage: Stage): Promise<void> {
  const { upload, idempotencyKey } = await begin(stage);
  const create = () => stage.api.create(requestFor(film), idempotencyKey);
  const sign = () => stage.api.sign(upload.id, [1]);
  for (const [late, early] of [
    [create, sign],
    [sign, create],
  ] as const) {
    await forgetMultipart(stage, upload.id);
    stage.once(
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

async function partsForgotten(stage: Stage): Promise<void> {
  const { upload, parts } = await begin(stage);
  const sent = await send(parts);
  const { objectKey, s3UploadId } = await itemOf(stage, upload.id);
  const Bucket = stage.hosted.sourceBucket;
  await stage.s3.send(
    new AbortMultipartUploadCommand({ Bucket, Key: objectKey, UploadId: s3UploadId }),
  );
  const refused = await stage.api.complete(upload.id, { parts: sent }).catch((error) => error);
  if (!(refused instanceof UploadError) || refused.code !== 'upload_gone') {
    throw new Error(`Completing forgotten parts was answered ${JSON.stringify(refused)}.`);
  }
  await stage.api.cancel(upload.id);
}

async function versionGone(stage: Stage): Promise<void> {
  const { upload } = await begin(stage);
  const { objectKey } = await itemOf(stage, upload.id);
  const Bucket = stage.hosted.sourceBucket;
  const Key = `${objectKey}.elsewhere`;
  // A version id that S3 has given and taken away again.
  const { VersionId } = await stage.s3.send(
    new PutObjectCommand({ Bucket, Key, Body: film, IfNoneMatch: '*' }),
  );
  await stage.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  const object = {
    key: objectKey,
    size: film.length,
    etag: '0'.repeat(32),
    'version-id': VersionId,
  };
  await startWith(
    stage,
    JSON.stringify({ detail: { bucket: { name: Bucket }, object }, source: 'aws.s3' }),
  );
  await endOf(stage, upload.id, 'rejected');
}

async function jobFails(stage: Stage): Promise<void> {
  await losingSource(stage, ({ service, request }, id) => {
    return service === 'mediaconvert' && request.method === 'POST' && request.body.includes(id);
  });
}

async function sourceGone(stage: Stage): Promise<void> {
  await losingSource(stage, ({ service, request }, id) => {
    return service === 'lambda' && request.body.includes(id) && request.body.includes('jobId');
  });
}

/** The source goes the moment before the call that `matches`. */
async function losingSource(
  stage: Stage,
  matches: (call: Parameters<Parameters<Stage['once']>[0]>[0], id: string) => boolean,
): Promise<void> {
  const { upload, parts } = await begin(stage);
  const { objectKey } = await itemOf(stage, upload.id);
  stage.once(
    (call) => matches(call, upload.id),
    async (next) => {
      const Bucket = stage.hosted.sourceBucket;
      for (const VersionId of await versionsOf(stage, objectKey)) {
        await stage.s3.send(new DeleteObjectCommand({ Bucket, Key: objectKey, VersionId }));
      }
      return next();
    },
  );
  await stage.api.complete(upload.id, { parts: await send(parts) });
  await eventually(`the end of ${upload.id}`, async () => {
    const { status, reason } = await itemOf(stage, upload.id);
    return (status === 'failed' || status === 'rejected') && reason ? reason : undefined;
  });
}

async function reviewed(stage: Stage, decision: 'approved' | 'rejected'): Promise<void> {
  const { id } = await uploadFilm(stage);
  const taskToken = await eventually(
    `the review of ${id}`,
    async () => (await itemOf(stage, id)).reviewToken,
  );
  await stage.states.send(
    new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ decision }) }),
  );
  await endOf(stage, id, decision === 'approved' ? 'ready' : 'rejected');
}

/** Starts the workflow by hand and waits until it has ended well. */
async function startWith(stage: Stage, input: string): Promise<void> {
  const { executionArn } = await stage.states.send(
    new StartExecutionCommand({ stateMachineArn: stage.hosted.stateMachine, input }),
  );
  await eventually('the end of the second execution', async () => {
    const { status } = await stage.states.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'RUNNING') return undefined;
    if (status === 'SUCCEEDED') return status;
    throw new Error(`The execution ended ${status}.`);
  });
}

async function versionsOf(stage: Stage, Prefix: string): Promise<(string | undefined)[]> {
  const { Versions = [], DeleteMarkers = [] } = await stage.s3.send(
    new ListObjectVersionsCommand({ Bucket: stage.hosted.sourceBucket, Prefix }),
  );
  return [...Versions, ...DeleteMarkers].map(({ VersionId }) => VersionId);
}

function untilNoVersion(stage: Stage, key: string): Promise<true> {
  return eventually(`the object ${key} to be thrown away`, async () =>
    (await versionsOf(stage, key)).length === 0 ? true : undefined,
  );
}
