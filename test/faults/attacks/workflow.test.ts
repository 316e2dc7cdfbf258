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
import { upload, watch } from '@reelgate/client';
import type { Upload } from '../../../core/contract/upload.ts';
import { sourceKey } from '../../../core/uploads/object-keys.ts';
import type { UploadItem } from '../../../core/uploads/records.ts';
import { MAX_WAIT_MS } from '../../kit/limits.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget, errorOf, type Granted } from './attack-target.ts';
import { NARROW } from './narrow-configuration.ts';
import { itemOf as readItem, tally } from './state-texts.ts';

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
});

afterAll(() => target?.close());

const itemOf = (uploadId: string) => readItem(target, uploadId);

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const limit = Date.now() + MAX_WAIT_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > limit) throw new Error(`The condition did not hold within ${MAX_WAIT_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function clientOf(username: string) {
  const token = await target.cloud.tokenOf(username);
  return { api: target.cloud.hosted.api, getToken: () => token, everyMs: 100 };
}

/** Creates an upload that has been inspected and waits for its review. */
async function inspected(): Promise<UploadItem & { readonly reviewToken: string }> {
  const begun = await upload(new Blob([film]), {
    ...(await clientOf('uploader-a')),
    fileName: 'film.mp4',
    contentType: 'video/mp4',
  }).done;
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

describe('The source of an inspected upload', () => {
  it('cannot be overwritten, even by the account’s administrator', async () => {
    const item = await inspected();
    const Key = item.objectKey;
    const errors = [
      await errorOf(write(Key, { Body: 'x' })),
      await errorOf(write(Key, { Body: 'x', IfNoneMatch: '*' })),
    ];
    expect(errors).toEqual(['AccessDenied', 'PreconditionFailed']);
    const copy = new CopyObjectCommand({
      Bucket: bucket,
      Key,
      CopySource: `${bucket}/${Key}`,
      MetadataDirective: 'REPLACE',
    });
    errors.push(await errorOf(target.s3.send(copy)));
    expect(errors.at(-1)).toBe('AccessDenied');
    const ended = await approve(item);
    expect({ status: ended.status, reason: ended.reason }).toEqual({ status: 'ready' });
    row(tally(errors), `upload ${ended.status}, with what was checked`);
  });

  it.each([
    ['another video', () => ({ Body: createReadStream(otherFilm) })],
    ['the same bytes', () => ({ Body: film })],
  ])('deleted and replaced by %s never becomes ready', async (_, replacement) => {
    const item = await inspected();
    await target.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: item.objectKey }));
    await write(item.objectKey, { ...replacement(), IfNoneMatch: '*' });
    const ended = await approve(item);
    expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'source_changed' } });
    expect(ended.playback).toBeUndefined();
    // The outputs are not published, and are deleted with the upload.
    await target.ask('uploader-a', 'DELETE', `/v1/uploads/${item.uploadId}`);
    const { KeyCount } = await target.s3.send(
      new ListObjectsV2Command({
        Bucket: target.cloud.hosted.outputBucket,
        Prefix: `videos/${item.uploadId}/`,
      }),
    );
    expect(KeyCount).toBe(0);
    row(`${ended.status} ${ended.reason?.code}`, `not shown; once deleted ${KeyCount} outputs`);
  });

  it('that is deleted never becomes a ready video', async () => {
    const item = await inspected();
    await target.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: item.objectKey }));
    const ended = await approve(item);
    expect(['rejected', 'failed']).toContain(ended.status);
    expect(ended.playback).toBeUndefined();
    row(`${ended.status} ${ended.reason?.code}`, 'not shown to anybody');
  });
});

/** S3's event for this key. */
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

/** The states that an execution has entered so far, and whether its first call has returned. */
async function historyOf(executionArn: string | undefined) {
  const { events = [] } = await target.states.send(
    new GetExecutionHistoryCommand({ executionArn }),
  );
  return {
    names: events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []),
    responseText: events.some(({ type }) => /Failed$|TaskSucceeded/.test(type ?? '')),
  };
}

/** Runs an execution with this input and returns the states that it entered. */
async function statesOf(input: object): Promise<string[]> {
  const executionArn = await started(input);
  await until(async () => {
    const { status } = await target.states.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? undefined : status;
  });
  return (await historyOf(executionArn)).names;
}

async function executions(): Promise<number> {
  const listed = await target.states.send(new ListExecutionsCommand({ stateMachineArn }));
  return listed.executions?.length ?? 0;
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
    row(`${Entries?.[0]?.ErrorCode}`, `${await executions()} executions`);
  });

  it('from another source than S3 starts nothing, even with the same content', async () => {
    const waiting = await target.granted(1, 'uploader-b');
    const before = await executions();
    const { detail } = objectCreated(waiting.key) as { detail: object };
    const Entries = ['reelgate', 'aws-s3', 'AWS.S3', 'myapp.aws.s3'].map((Source) => ({
      Source,
      DetailType: 'Object Created',
      Detail: JSON.stringify(detail),
    }));
    const sent = await target.events.send(new PutEventsCommand({ Entries }));
    expect(sent.FailedEntryCount).toBe(0);
    // The execution of a later real event proves that the earlier ones would have had one too.
    await inspected();
    expect(await executions()).toBe(before + 1);
    const item = await itemOf(waiting.upload.id);
    expect(item?.status).toBe('waiting');
    row(
      `${Entries.length - (sent.FailedEntryCount ?? 0)} put, none started`,
      `upload ${item?.status}`,
    );
  });
});

describe('An execution that is started with a forged event', () => {
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
    const entered = await statesOf(objectCreated(key()));
    expect(entered.at(-1)).toBe('Duplicate');
    const item = await itemOf(waiting.upload.id);
    expect(item).toMatchObject({ status: 'waiting', quota: 'reserved' });
    row(entered.join(' → '), `upload ${item?.status}, bytes ${item?.quota}`);
  });

  it.each([
    ['is empty', {}],
    ['names no object', { detail: {} }],
    ['has a number for a key', objectCreated('', { object: { key: 7, size: 1, etag: 'x' } })],
    ['is a list', []],
  ])('that %s comes no further than the claim, and changes nothing', async (_, input) => {
    const executionArn = await started(input);
    // The workflow retries for a minute; the response to the first attempt is enough.
    const entered = await until(async () => {
      const { status } = await target.states.send(new DescribeExecutionCommand({ executionArn }));
      const { names, responseText } = await historyOf(executionArn);
      return responseText || status !== 'RUNNING' ? names : undefined;
    });
    await target.states.send(new StopExecutionCommand({ executionArn })).catch(() => undefined);
    expect(entered[0]).toBe('Claim');
    expect(entered).not.toContain('Inspect');
    const item = await itemOf(waiting.upload.id);
    expect(item?.status).toBe('waiting');
    row(entered.join(' → '), `upload ${item?.status}, bytes ${item?.quota}`);
  });

  it('for an ended upload ends as a duplicate and changes nothing', async () => {
    await target.ask('uploader-b', 'DELETE', `/v1/uploads/${waiting.upload.id}`);
    const before = await itemOf(waiting.upload.id);
    const entered = await statesOf(objectCreated(waiting.key));
    expect(entered).not.toContain('Inspect');
    expect(await itemOf(waiting.upload.id)).toEqual(before);
    const seen = await target.ask('uploader-b', 'GET', `/v1/uploads/${waiting.upload.id}`);
    const { status } = (seen.body as { upload: Upload }).upload;
    expect(status).toBe('cancelled');
    row(entered.join(' → '), `upload ${status}, unchanged`);
  });
});
