import {
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type Harness, newBucket, refusal, startS3 } from './harness.ts';

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
});
beforeEach(async () => {
  Bucket = await newBucket(s3.client);
});

const put = (Key: string, more: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }));

describe('Access', () => {
  const policy = (Statement: object) =>
    s3.client.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
  const all = () => [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const read = (Key = 'a') => s3.other.send(new GetObjectCommand({ Bucket, Key }));

  it('of another account is denied, also for an absent key', async () => {
    await put('a');
    expect(await refusal(read())).toMatchObject({ code: 'AccessDenied', status: 403 });
    expect(await refusal(read('missing'))).toMatchObject({ code: 'AccessDenied', status: 403 });
    expect((await fetch(`${s3.endpoint}/${Bucket}/a`)).status).toBe(403);
  });

  it('is allowed by a bucket policy, unless it is explicitly denied', async () => {
    await put('a');
    await policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: all() });
    expect(await (await read()).Body?.transformToString()).toBe('a');
    expect(await refusal(read('missing'))).toMatchObject({ code: 'AccessDenied' });
    await policy({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: all() });
    const own = s3.client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await refusal(own)).toMatchObject({ code: 'AccessDenied' });
  });

  it('may depend on conditions of the request', async () => {
    const wanted = { Null: { 's3:if-none-match': 'true' } };
    await policy({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: all(),
      Condition: wanted,
    });
    expect(await refusal(put('a'))).toMatchObject({ code: 'AccessDenied' });
    await put('a', { IfNoneMatch: '*' });
  });

  it('over HTTP on the loopback interface counts as secure', async () => {
    const insecure = { Bool: { 'aws:SecureTransport': 'false' } };
    await policy({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: all(),
      Condition: insecure,
    });
    await put('a');
  });

  it('is allowed by canned ACLs', async () => {
    await put('a', { ACL: 'public-read' });
    expect((await fetch(`${s3.endpoint}/${Bucket}/a`)).status).toBe(200);
    await put('a', { ACL: 'authenticated-read' });
    expect((await fetch(`${s3.endpoint}/${Bucket}/a`)).status).toBe(403);
    await read();
    const acl = await s3.client.send(new GetObjectAclCommand({ Bucket, Key: 'a' }));
    expect(acl.Grants?.map(({ Permission }) => Permission)).toEqual(['FULL_CONTROL', 'READ']);
  });

  it('needs valid policies, which can be read back', async () => {
    const raw = (Policy: string) => s3.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect(await refusal(raw('{'))).toMatchObject({ code: 'MalformedPolicy', status: 400 });
    const unknown = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: all(),
      Condition: { StringAlike: { 's3:prefix': 'a' } },
    };
    expect(await refusal(policy(unknown))).toMatchObject({ code: 'MalformedPolicy' });
    expect(await refusal(s3.client.send(new GetBucketPolicyCommand({ Bucket })))).toMatchObject({
      code: 'NoSuchBucketPolicy',
      status: 404,
    });
  });
});
