import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, paginateListExecutions } from '@aws-sdk/client-sfn';
import type { Upload } from '../../../core/contract/wire.ts';
import { formKey, sourceKey } from '../../../core/uploads/object-keys.ts';
import { readAuditLog } from '../../../tools/permissions/used.ts';
import { film, plainClient, post, put } from '../../kit/single-request-client.ts';
import { row } from '../rows.ts';
import { type AttackTarget, attackTarget } from './attack-target.ts';
import { s3ResponseText, tally } from './state-texts.ts';

const TIMES = 30;

let target: AttackTarget;
let client: ReturnType<typeof plainClient>;
let owner: string;

beforeAll(async () => {
  target = await attackTarget();
  client = plainClient(target.cloud);
  owner = await target.owner('uploader-a');
});

afterAll(() => target?.close());

const cancel = ({ id }: Upload) => client.ask('DELETE', `/v1/uploads/${id}`);

/** Sizes of all versions of one key; -1 for a delete marker. */
async function sizesAt(key: string): Promise<number[]> {
  const { Versions = [], DeleteMarkers = [] } = await target.s3.send(
    new ListObjectVersionsCommand({ Bucket: target.cloud.hosted.sourceBucket, Prefix: key }),
  );
  return [...Versions.map(({ Size = 0 }) => Size), ...DeleteMarkers.map(() => -1)];
}

/** How many executions name the upload. */
async function executionsOf({ id }: Upload): Promise<number> {
  const query = { stateMachineArn: target.cloud.hosted.stateMachine };
  let found = 0;
  for await (const { executions = [] } of paginateListExecutions(
    { client: target.states },
    query,
  )) {
    for (const { executionArn } of executions) {
      const { input } = await target.states.send(new DescribeExecutionCommand({ executionArn }));
      if (input?.includes(id)) found += 1;
    }
  }
  return found;
}

/** A whole upload: every event that came before is delivered by its end. */
async function anotherUpload(): Promise<void> {
  const { upload, grant } = await client.createPut();
  await put(grant);
  if ((await client.endOf(upload.id)).status !== 'ready') throw new Error('It is not ready.');
}

describe('The URL of a single PUT', () => {
  it('is refused again and again after DELETE, and starts nothing', async () => {
    const { upload, grant } = await client.createPut();
    await cancel(upload);
    const responses: Awaited<ReturnType<typeof put>>[] = [];
    for (let time = 0; time < TIMES; time += 1) responses.push(await put(grant));
    for (const { code } of responses) expect(code).toBe('PreconditionFailed');
    await anotherUpload();
    expect(await executionsOf(upload)).toBe(0);
    expect(await sizesAt(sourceKey(owner, upload.id))).toEqual([0]);
    row(tally(responses.map(s3ResponseText)), 'no execution, nothing stored');
  });

  it('is refused again and again after the deletion of its video', async () => {
    const { upload, grant } = await client.createPut();
    await put(grant);
    expect((await client.endOf(upload.id)).status).toBe('ready');
    await cancel(upload);
    const responses = await Promise.all(Array.from({ length: TIMES }, () => put(grant)));
    for (const { code } of responses) expect(code).toBe('PreconditionFailed');
    await anotherUpload();
    expect(await executionsOf(upload)).toBe(1);
    expect(await sizesAt(sourceKey(owner, upload.id))).toEqual([0]);
    row(tally(responses.map(s3ResponseText)), 'no further execution, nothing stored');
  });

  it('is refused after the upload was rejected, as soon as its source is gone', async () => {
    const words = Buffer.from('Only words.\n'.repeat(100));
    const { upload, grant } = await client.createPut({}, words);
    await put(grant, words);
    expect((await client.endOf(upload.id)).status).toBe('rejected');
    while ((await sizesAt(sourceKey(owner, upload.id))).join() !== '0') await sleep(50);
    const responses = await Promise.all(Array.from({ length: TIMES }, () => put(grant, words)));
    for (const { code } of responses) expect(code).toBe('PreconditionFailed');
    await anotherUpload();
    expect(await executionsOf(upload)).toBe(1);
    row(tally(responses.map(s3ResponseText)), 'no further execution, nothing stored');
  });
});

describe('A form', () => {
  it('that is posted thirty times after DELETE is never copied', async () => {
    const { upload, grant } = await client.createPost();
    await cancel(upload);
    const responses = await Promise.all(Array.from({ length: TIMES }, () => post(grant, film)));
    expect(responses.map(({ status }) => status)).toEqual(Array(TIMES).fill(201));
    while ((await sizesAt(formKey(owner, upload.id))).length > 0) await sleep(50);
    const key = sourceKey(owner, upload.id);
    expect(await sizesAt(key)).toEqual([]);
    const writes = readAuditLog(target.cloud.data).filter(
      ({ action, resource }) => action === 's3:PutObject' && resource.endsWith(key),
    );
    expect(writes).toEqual([]);
    expect(await executionsOf(upload)).toBe(0);
    row(tally(responses.map(s3ResponseText)), 'no copy, no execution, nothing stored');
  });
});
