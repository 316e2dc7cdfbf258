import { randomBytes } from 'node:crypto';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { expandGrant } from '../../../core/contract/expand-grant.ts';
import { signGrant } from '../../../core/grants/part-grant.ts';
import { planParts } from '../../../core/grants/part-plan.ts';
import { sourceKey } from '../../../core/uploads/object-keys.ts';
import { row } from '../rows.ts';
import {
  type AttackTarget,
  attackTarget,
  errorOf,
  firstPart,
  type Granted,
  put,
} from './attack-target.ts';
import { leakedCredentials } from './leaked-credentials.ts';
import { POLICY_FIELDS, postForm } from './post-form.ts';
import {
  responseText,
  s3ResponseText,
  s3UploadIdOf,
  stateOf,
  storedParts,
  tally,
} from './state-texts.ts';

const MIB = 1024 * 1024;

let target: AttackTarget;
let bucket: string;

beforeAll(async () => {
  target = await attackTarget();
  bucket = target.cloud.hosted.sourceBucket;
});

afterAll(() => target?.close());

describe('A part URL', () => {
  it('accepts no body without a declared length', async () => {
    const granted = await target.granted(MIB);
    const response = await fetch(firstPart(granted).url, {
      method: 'PUT',
      body: new Blob([randomBytes(MIB)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(403);
    const text = await response.text();
    expect(text).toContain('<Code>SignatureDoesNotMatch</Code>');
    expect(await storedParts(target, granted)).toBe(0);
    const code = /<Code>(\w+)</.exec(text)?.[1];
    row(s3ResponseText({ status: response.status, code }), await stateOf(target, granted));
  });

  it.each([
    ['a byte too many', MIB + 1],
    ['a byte too few', MIB - 1],
    ['an empty body', 0],
    ['ten times too many', 10 * MIB],
  ])('refuses %s, and nothing is stored', async (_, length) => {
    const granted = await target.granted(MIB);
    const response = await put(firstPart(granted).url, randomBytes(length));
    expect(response).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    expect(await storedParts(target, granted)).toBe(0);
    row(s3ResponseText(response), await stateOf(target, granted));
  });

  it('of one part is not valid for another part, even of the same size', async () => {
    const granted = await target.granted(25 * MIB);
    const { url, size } = firstPart(granted);
    expect(granted.parts[1]?.size).toBe(size);
    const responses: string[] = [];
    for (const partNumber of [2, 3, 4, 10_000, 0, -1]) {
      const edited = url.replace('partNumber=1', `partNumber=${partNumber}`);
      const response = await put(edited, randomBytes(size));
      expect(response.code).toBe('SignatureDoesNotMatch');
      responses.push(s3ResponseText(response));
    }
    const doubled = await put(`${url}&partNumber=2`, randomBytes(size));
    expect(doubled.status).toBe(403);
    responses.push(s3ResponseText(doubled));
    expect(await storedParts(target, granted)).toBe(0);
    row(tally(responses), await stateOf(target, granted));
  });

  it('is not valid for another owner’s upload, by key or by S3’s upload id', async () => {
    const mine = await target.granted(MIB, 'uploader-b');
    const theirs = await target.granted(MIB, 'uploader-a');
    const { url } = firstPart(mine);
    const foreignId = url.replace(/uploadId=[^&]+/, `uploadId=${s3UploadIdOf(theirs)}`);
    const foreignKey = url.replace(/\/uploads\/[^?]+/, `/${theirs.key}`);
    const responses: string[] = [];
    for (const edited of [foreignId, foreignKey]) {
      const response = await put(edited, randomBytes(MIB));
      expect(response.code).toBe('SignatureDoesNotMatch');
      responses.push(s3ResponseText(response));
    }
    expect(await storedParts(target, theirs)).toBe(0);
    row(tally(responses), `theirs: ${await stateOf(target, theirs)}`);
  });

  it('signed with valid credentials for an own key and a foreign upload id finds no upload', async () => {
    const mine = await target.granted(MIB, 'uploader-b');
    const theirs = await target.granted(MIB, 'uploader-a');
    const grant = signGrant({
      bucketUrl: `${target.cloud.hosted.endpoints.s3}/${bucket}`,
      key: mine.key,
      s3UploadId: s3UploadIdOf(theirs),
      plan: planParts(MIB),
      credentials: target.cloud.hosted.operator,
      region: 'us-east-1',
      now: Date.now(),
      lifetimeSeconds: 60,
    });
    const [part] = expandGrant(grant, { size: MIB, partSize: mine.upload.parts.size });
    const response = await put(part?.url ?? '', randomBytes(MIB));
    expect(response).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    expect(await storedParts(target, theirs)).toBe(0);
    row(s3ResponseText(response), `theirs: ${await stateOf(target, theirs)}`);
  });

  it('that has not expired changes nothing in a completed upload', async () => {
    const granted = await target.granted(MIB);
    const { url } = firstPart(granted);
    const { etag } = await put(url, randomBytes(MIB));
    const path = `/v1/uploads/${granted.upload.id}`;
    const parts = [{ partNumber: 1, etag }];
    expect((await target.ask('uploader-a', 'POST', `${path}/complete`, { parts })).status).toBe(
      202,
    );
    const where = { Bucket: bucket, Key: granted.key };
    const before = await target.s3.send(new HeadObjectCommand(where));
    const again = await put(url, randomBytes(MIB));
    expect(again).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    // The noise is no video: the workflow may have deleted it by now, and nothing else may be stored there.
    const after = await target.s3.send(new HeadObjectCommand(where)).catch(() => undefined);
    if (after) expect(after.VersionId).toBe(before.VersionId);
    const renewed = await target.ask('uploader-a', 'POST', `${path}/grant`, {});
    expect(renewed).toMatchObject({ status: 409, body: { code: 'status_conflict' } });
    const state = after ? 'the first version state' : 'nothing state there';
    row(`${s3ResponseText(again)}; new grant ${responseText(renewed)}`, state);
  });

  it.each(['GET', 'HEAD', 'DELETE', 'POST'])('does not allow %s', async (method) => {
    const granted = await target.granted(MIB);
    const { url } = firstPart(granted);
    const response = await fetch(url, { method });
    expect(response.status).toBe(403);
    row(`${response.status} ${response.statusText}`, await stateOf(target, granted));
    await target.ask('uploader-a', 'DELETE', `/v1/uploads/${granted.upload.id}`);
  });
});

describe('Leaked credentials of the signer', () => {
  let granted: Granted;
  let signer: S3Client;
  let credentials: ReturnType<typeof leakedCredentials>;

  beforeAll(async () => {
    granted = await target.granted(MIB, 'uploader-b');
    const credential = new URL(firstPart(granted).url).searchParams.get('X-Amz-Credential') ?? '';
    credentials = leakedCredentials(target, credential);
    signer = new S3Client({
      region: 'us-east-1',
      endpoint: target.cloud.hosted.endpoints.s3,
      credentials,
    });
  });

  afterAll(() => signer?.destroy());

  /** The other objects below the attacked owner's prefix in the source bucket. */
  async function whatStands(): Promise<string> {
    const Prefix = granted.key.split('/').slice(0, 2).join('/');
    const { KeyCount } = await target.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
    return `${KeyCount} objects, ${await stateOf(target, granted)}`;
  }

  it('can write a part, which shows that they are valid', async () => {
    const where = { Bucket: bucket, Key: granted.key, UploadId: s3UploadIdOf(granted) };
    const part = new UploadPartCommand({ ...where, PartNumber: 1, Body: randomBytes(MIB) });
    const error = await errorOf(signer.send(part));
    expect(error).toBe('none');
    row(`error: ${error}`, await stateOf(target, granted));
  });

  it('cannot write a whole object, with or without the condition that the bucket requires', async () => {
    const own = granted.key;
    const fresh = sourceKey('AAAA', granted.upload.id);
    const errors: string[] = [];
    for (const Key of [own, fresh, 'elsewhere', 'videos/x/index.m3u8']) {
      for (const condition of [{}, { IfNoneMatch: '*' }]) {
        const whole = new PutObjectCommand({ Bucket: bucket, Key, Body: 'x', ...condition });
        errors.push(await errorOf(signer.send(whole)));
        expect(errors.at(-1)).toBe('AccessDenied');
      }
    }
    row(tally(errors), await whatStands());
  });

  it('cannot post a form', async () => {
    const url = `${target.cloud.hosted.endpoints.s3}/${bucket}`;
    const form = postForm(credentials, bucket, granted.key, Date.now());
    expect([...form.keys()]).toEqual(expect.arrayContaining(POLICY_FIELDS));
    const response = await fetch(url, { method: 'POST', body: form });
    expect(response.status).toBe(403);
    const text = await response.text();
    expect(text).toContain('<Code>AccessDenied</Code>');
    const code = /<Code>(\w+)</.exec(text)?.[1];
    row(s3ResponseText({ status: response.status, code }), await whatStands());
  });

  it('cannot complete, abort, list, read, copy or delete', async () => {
    const where = { Bucket: bucket, Key: granted.key };
    const upload = { ...where, UploadId: s3UploadIdOf(granted) };
    const attempts = [
      signer.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          IfNoneMatch: '*',
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"x"' }] },
        }),
      ),
      signer.send(new AbortMultipartUploadCommand(upload)),
      signer.send(new ListPartsCommand(upload)),
      signer.send(new ListMultipartUploadsCommand({ Bucket: bucket })),
      signer.send(new ListObjectsV2Command({ Bucket: bucket })),
      signer.send(new GetObjectCommand(where)),
      signer.send(new CopyObjectCommand({ ...where, CopySource: `${bucket}/${granted.key}` })),
      signer.send(new DeleteObjectCommand(where)),
    ];
    const errors = await Promise.all(attempts.map(errorOf));
    for (const error of errors) expect(error).toBe('AccessDenied');
    row(tally(errors), await whatStands());
  });

  it('are denied in the output bucket', async () => {
    const Bucket = target.cloud.hosted.outputBucket;
    const write = new PutObjectCommand({ Bucket, Key: 'videos/x/index.m3u8', Body: 'x' });
    const errors = [
      await errorOf(signer.send(write)),
      await errorOf(signer.send(new ListObjectsV2Command({ Bucket }))),
    ];
    expect(errors).toEqual(['AccessDenied', 'AccessDenied']);
    const { KeyCount } = await target.s3.send(new ListObjectsV2Command({ Bucket }));
    row(tally(errors), `${KeyCount} outputs`);
  });

  it('cannot start executions, put events, or read and write records', async () => {
    const { endpoints, stateMachine, table } = target.cloud.hosted;
    const options = { region: 'us-east-1', endpoint: endpoints.services, credentials };
    const states = new SFNClient(options);
    const events = new EventBridgeClient(options);
    const database = new DynamoDBClient(options);
    const Key = { pk: { S: `UPLOAD#${granted.upload.id}` }, sk: { S: 'UPLOAD' } };
    const entry = { Source: 'reelgate', DetailType: 'Video Ready', Detail: '{}' };
    const errors = await Promise.all([
      errorOf(states.send(new StartExecutionCommand({ stateMachineArn: stateMachine }))),
      errorOf(events.send(new PutEventsCommand({ Entries: [entry] }))),
      errorOf(database.send(new GetItemCommand({ TableName: table, Key }))),
      errorOf(database.send(new DeleteItemCommand({ TableName: table, Key }))),
    ]);
    for (const error of errors) expect(error).toMatch(/^AccessDenied(Exception)?$/);
    for (const client of [states, events, database]) client.destroy();
    row(tally(errors), await whatStands());
  });

  it('cannot assume another role', async () => {
    const sts = new STSClient({
      region: 'us-east-1',
      endpoint: target.cloud.hosted.endpoints.services,
      credentials,
    });
    const role = new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::123456789012:role/any',
      RoleSessionName: 'attack',
    });
    const error = await errorOf(sts.send(role));
    expect(error).toBe('AccessDenied');
    sts.destroy();
    row(error, error === 'none' ? 'a role was given' : 'no role was given');
  });
});
