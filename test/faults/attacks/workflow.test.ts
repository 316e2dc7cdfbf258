import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { upload } from '../../../client/upload.ts';
import { watch } from '../../../client/watch.ts';
import type { Upload } from '../../../core/contract/upload.ts';
import { sourceKey } from '../../../core/object-keys.ts';
import { type UploadItem, uploadItemKey } from '../../../core/records.ts';
import { type AttackTarget, attackTarget, errorOf, type Granted } from './attack-target.ts';
import { NARROW } from './narrow-configuration.ts';

const MEDIA = join(import.meta.dirname, '..', '..', 'fixtures', 'media');
const film = readFileSync(join(MEDIA, 'sample_video_only.mp4'));
const otherFilm = join(MEDIA, 'sample_portrait.mp4');

let target: AttackTarget;
let bucket: string;
let stateMachineArn: string;

beforeAll(async () => {
  target = await attackTarget(NARROW);
  bucket = target.cloud.hosted.sourceBucket;
  stateMachineArn = target.cloud.hosted.stateMachine;
}, 120_000);

afterAll(() => target?.close());

async function itemOf(uploadId: string): Promise<UploadItem | undefined> {
  const TableName = target.cloud.hosted.table;
  const { Item } = await target.table.send(
    new GetCommand({ TableName, Key: uploadItemKey(uploadId), ConsistentRead: true }),
  );
  return Item as UploadItem | undefined;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const limit = Date.now() + 15_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > limit) throw new Error('What was waited for did not come in 15 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function clientOf(username: string) {
  const token = await target.cloud.tokenOf(username);
  return { api: target.cloud.hosted.api, getToken: () => token, everyMs: 100 };
}

/** A checked upload that waits for its review: between inspection and transcoding. */
async function inspected(): Promise<UploadItem & { readonly reviewToken: string }> {
  const begun = await upload(new Blob([film]), {
    ...(await clientOf('uploader-a')),
    fileName: 'film.mp4',
    contentType: 'video/mp4',
  });
  return until(async () => {
    const item = await itemOf(begun.id);
    return item?.reviewToken === undefined ? undefined : { ...item, reviewToken: item.reviewToken };
  });
}

async function approve(item: { readonly reviewToken: string; readonly uploadId: string }) {
  const decision = { taskToken: item.reviewToken, output: '{"decision":"approved"}' };
  await target.states.send(new SendTaskSuccessCommand(decision));
  return watch(item.uploadId, await clientOf('uploader-a'));
}

const write = (Key: string, more: Partial<PutObjectCommandInput>) =>
  target.s3.send(new PutObjectCommand({ Bucket: bucket, Key, ...more }));

describe('The source of an upload that was checked', () => {
  it('cannot be written over, even by the account’s own administrator', async () => {
    const item = await inspected();
    const Key = item.objectKey;
    expect(await errorOf(write(Key, { Body: 'x' }))).toBe('AccessDenied');
    expect(await errorOf(write(Key, { Body: 'x', IfNoneMatch: '*' }))).toBe('PreconditionFailed');
    const copy = new CopyObjectCommand({
      Bucket: bucket,
      Key,
      CopySource: `${bucket}/${Key}`,
      MetadataDirective: 'REPLACE',
    });
    expect(await errorOf(target.s3.send(copy))).toBe('AccessDenied');
    const ended = await approve(item);
    expect({ status: ended.status, reason: ended.reason }).toEqual({ status: 'ready' });
  }, 60_000);

  it.each([
    ['another video', () => ({ Body: createReadStream(otherFilm) })],
    ['the same bytes', () => ({ Body: film })],
  ])(
    'deleted and replaced by %s never becomes ready',
    async (_, replacement) => {
      const item = await inspected();
      await target.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: item.objectKey }));
      await write(item.objectKey, { ...replacement(), IfNoneMatch: '*' });
      const ended = await approve(item);
      expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'source_changed' } });
      expect(ended.playback).toBeUndefined();
      // What was made of it is shown to nobody, and goes with the upload.
      await target.ask('uploader-a', 'DELETE', `/v1/uploads/${item.uploadId}`);
      const { KeyCount } = await target.s3.send(
        new ListObjectsV2Command({
          Bucket: target.cloud.hosted.outputBucket,
          Prefix: `videos/${item.uploadId}/`,
        }),
      );
      expect(KeyCount).toBe(0);
    },
    60_000,
  );

  it('deleted and not replaced never becomes ready', async () => {
    const item = await inspected();
    await target.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: item.objectKey }));
    const ended = await approve(item);
    expect(['rejected', 'failed']).toContain(ended.status);
    expect(ended.playback).toBeUndefined();
  }, 60_000);
});

/** S3's event as it would be for this key. */
function objectCreated(key: string, more: object = {}): object {
  return {
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size: 1, etag: '0'.repeat(32), 'version-id': 'forged' },
      reason: 'CompleteMultipartUpload',
      ...more,
    },
  };
}

async function started(input: object): Promise<string | undefined> {
  const { executionArn } = await target.states.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return executionArn;
}

/** The states that an execution has entered so far, and whether the first call has had its answer. */
async function historyOf(executionArn: string | undefined) {
  const { events = [] } = await target.states.send(
    new GetExecutionHistoryCommand({ executionArn }),
  );
  return {
    names: events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []),
    answered: events.some(({ type }) => /Failed$|TaskSucceeded/.test(type ?? '')),
  };
}

/** The states that an execution with this input enters until it ends. */
async function statesOf(input: object): Promise<string[]> {
  const executionArn = await started(input);
  await until(async () => {
    const { status } = await target.states.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? undefined : status;
  });
  return (await historyOf(executionArn)).names;
}

describe('An event on the bus', () => {
  it.each([
    ['aws.s3', 'Object Created'],
    ['aws.mediaconvert', 'MediaConvert Job State Change'],
    ['aws.states', 'Step Functions Execution Status Change'],
  ])('cannot be forged as one of %s', async (Source, DetailType) => {
    const Detail = JSON.stringify(objectCreated('uploads/x/y/source'));
    const { FailedEntryCount, Entries } = await target.events.send(
      new PutEventsCommand({ Entries: [{ Source, DetailType, Detail }] }),
    );
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toMatchObject([
      { ErrorCode: expect.stringContaining('NotAuthorizedForSource') },
    ]);
  });

  it('of another source starts nothing, however much it looks like one of S3', async () => {
    const count = async () =>
      (await target.states.send(new ListExecutionsCommand({ stateMachineArn }))).executions?.length;
    const waiting = await target.granted(1, 'uploader-b');
    const before = (await count()) ?? 0;
    const { detail } = objectCreated(waiting.key) as { detail: object };
    const Entries = ['reelgate', 'aws-s3', 'AWS.S3', 'myapp.aws.s3'].map((Source) => ({
      Source,
      DetailType: 'Object Created',
      Detail: JSON.stringify(detail),
    }));
    const sent = await target.events.send(new PutEventsCommand({ Entries }));
    expect(sent.FailedEntryCount).toBe(0);
    // A real event behind them has its execution; then theirs would have one as well.
    await inspected();
    expect(await count()).toBe(before + 1);
    expect((await itemOf(waiting.upload.id))?.status).toBe('waiting');
  }, 60_000);
});

describe('An execution started with a forged event', () => {
  let waiting: Granted;

  beforeAll(async () => {
    waiting = await target.granted(1, 'uploader-b');
  });

  it.each([
    ['an upload that does not exist', () => sourceKey('YQ', crypto.randomUUID())],
    ['an upload below another owner', () => sourceKey('YQ', waiting.upload.id)],
    ['another object of an upload', () => waiting.key.replace(/source$/, 'other')],
    ['an upload by a longer way', () => waiting.key.replace('uploads/', 'uploads/./')],
    ['an output', () => `videos/x/${waiting.upload.id}/index.m3u8`],
    ['a key of one part', () => 'uploads'],
    ['a key with the words of an expression', () => "uploads/x/' & $states.context & '/source"],
    ['a key with an operator of the table', () => 'uploads/x/#status = :waiting/source'],
  ])('that names %s ends as a duplicate', async (_, key) => {
    expect((await statesOf(objectCreated(key()))).at(-1)).toBe('Duplicate');
    expect(await itemOf(waiting.upload.id)).toMatchObject({ status: 'waiting', quota: 'reserved' });
  });

  it.each([
    ['is empty', {}],
    ['names no object', { detail: {} }],
    ['has a number for a key', objectCreated('', { object: { key: 7, size: 1, etag: 'x' } })],
    ['is a list', []],
  ])('that %s comes no further than the claim, and changes nothing', async (_, input) => {
    const executionArn = await started(input);
    // What the table refuses is tried again for a minute: one look at the answer to the first try is enough.
    const entered = await until(async () => {
      const { status } = await target.states.send(new DescribeExecutionCommand({ executionArn }));
      const { names, answered } = await historyOf(executionArn);
      return answered || status !== 'RUNNING' ? names : undefined;
    });
    await target.states.send(new StopExecutionCommand({ executionArn })).catch(() => undefined);
    expect(entered[0]).toBe('Claim');
    expect(entered).not.toContain('Inspect');
    expect((await itemOf(waiting.upload.id))?.status).toBe('waiting');
  });

  it('of an upload that has ended ends as a duplicate, and it stays as it is', async () => {
    await target.ask('uploader-b', 'DELETE', `/v1/uploads/${waiting.upload.id}`);
    const before = await itemOf(waiting.upload.id);
    const entered = await statesOf(objectCreated(waiting.key));
    expect(entered).not.toContain('Inspect');
    expect(await itemOf(waiting.upload.id)).toEqual(before);
    const seen = await target.ask('uploader-b', 'GET', `/v1/uploads/${waiting.upload.id}`);
    expect((seen.body as { upload: Upload }).upload.status).toBe('cancelled');
  });
});
