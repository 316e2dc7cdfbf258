import { GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { deriveSigningKey, sign } from '../../src/iam/sigv4-canonical.ts';
import { type Harness, newBucket, refusal, responseOf, startS3 } from './harness.ts';

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
  Bucket = await newBucket(s3.client);
});
afterAll(() => s3.stop());

interface FormOptions {
  readonly fields?: Record<string, string>;
  readonly conditions?: readonly unknown[];
  readonly expiresIn?: number;
  readonly file?: string;
  readonly secret?: string;
  readonly document?: unknown;
  readonly bucket?: string;
}

function post(options: FormOptions = {}) {
  const { fields = {}, expiresIn = 600_000, file = 'bar', secret = 'main-secret' } = options;
  const now = new Date(s3.clock.now());
  const date = now.toISOString().slice(0, 10).replaceAll('-', '');
  const credential = `main/${date}/us-east-1/s3/aws4_request`;
  const conditions = options.conditions ?? [
    { bucket: Bucket },
    ['starts-with', '$key', 'user/'],
    { acl: 'private' },
    ['starts-with', '$Content-Type', 'text/'],
    ['content-length-range', 1, 1024],
  ];
  const document = options.document ?? {
    expiration: new Date(now.getTime() + expiresIn).toISOString(),
    conditions,
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const form = new FormData();
  const all: Record<string, string> = {
    key: 'user/a.txt',
    acl: 'private',
    'Content-Type': 'text/plain',
    policy,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': credential,
    'X-Amz-Date': `${date}T000000Z`,
    'X-Amz-Signature': sign(deriveSigningKey(secret, date, 'us-east-1', 's3'), policy),
    ...fields,
  };
  for (const [name, value] of Object.entries(all)) if (value !== '') form.append(name, value);
  form.append('file', new File([file], 'C:\\Users\\me\\movie.txt', { type: 'text/plain' }));
  return responseOf(
    fetch(`${s3.endpoint}/${options.bucket ?? Bucket}`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    }),
  );
}
const read = async (Key: string) =>
  (await s3.client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('A form that meets its policy', () => {
  it('stores the file with the headers of its fields', async () => {
    expect(await post()).toMatchObject({ status: 204, text: '' });
    expect(await read('user/a.txt')).toBe('bar');
    const head = await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'user/a.txt' }));
    expect(head.ContentType).toBe('text/plain');
  });

  it('may use the name of the file in the key, without its path', async () => {
    const name = ['$', '{filename}'].join('');
    expect((await post({ fields: { key: `user/${name}` } })).status).toBe(204);
    expect(await read('user/movie.txt')).toBe('bar');
  });

  it.each([
    ['200', 200],
    ['201', 201],
    ['404', 204],
  ])('with success_action_status %s gets %i', async (wanted, status) => {
    const conditions = [
      { bucket: Bucket },
      { key: 'user/a.txt' },
      ['starts-with', '$acl', ''],
      ['starts-with', '$Content-Type', ''],
      ['eq', '$success_action_status', wanted],
    ];
    const response = await post({ conditions, fields: { success_action_status: wanted } });
    expect(response.status).toBe(status);
    if (status === 201) expect(response.text).toContain('<PostResponse><Location>');
  });

  it('can redirect the browser', async () => {
    const success_action_redirect = 'http://example.com/done?a=1';
    const conditions = [
      { bucket: Bucket },
      { key: 'user/a.txt' },
      { acl: 'private' },
      { 'content-type': 'text/plain' },
      { success_action_redirect },
    ];
    const response = await post({ conditions, fields: { success_action_redirect } });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(
      /^http:\/\/example\.com\/done\?a=1&bucket=.*&key=user%2Fa\.txt&etag=/,
    );
  });

  it('may have tags and fields that are ignored', async () => {
    const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>';
    const conditions = [
      { bucket: Bucket },
      { key: 'user/tagged' },
      { acl: 'private' },
      ['starts-with', '$Content-Type', ''],
      ['starts-with', '$tagging', ''],
    ];
    expect(
      (await post({ conditions, fields: { key: 'user/tagged', tagging, 'x-ignore-me': '1' } }))
        .status,
    ).toBe(204);
    const { TagSet } = await s3.client.send(
      new GetObjectTaggingCommand({ Bucket, Key: 'user/tagged' }),
    );
    expect(TagSet).toEqual([{ Key: 'a', Value: '1' }]);
  });
});

describe('A form is refused', () => {
  const expiration = () => new Date(s3.clock.now() + 60_000).toISOString();
  it.each<[string, () => FormOptions, number, string]>([
    [
      'with a key that the policy does not allow',
      () => ({ fields: { key: 'other/a' } }),
      403,
      'AccessDenied',
    ],
    ['with another ACL', () => ({ fields: { acl: 'public-read' } }), 403, 'AccessDenied'],
    [
      'with another content type',
      () => ({ fields: { 'Content-Type': 'video/mp4' } }),
      403,
      'AccessDenied',
    ],
    [
      'with a field that no condition names',
      () => ({ fields: { 'x-amz-meta-a': 'b' } }),
      403,
      'AccessDenied',
    ],
    [
      'with a condition on a field that is missing',
      () => ({ conditions: [{ bucket: Bucket }, { 'x-amz-meta-a': 'b' }] }),
      403,
      'AccessDenied',
    ],
    [
      'in another bucket',
      () => ({ bucket: 'elsewhere', conditions: [{ bucket: Bucket }] }),
      404,
      'NoSuchBucket',
    ],
    ['after its policy has expired', () => ({ expiresIn: -1000 }), 403, 'AccessDenied'],
    ['with a file that is too large', () => ({ file: 'x'.repeat(1025) }), 400, 'EntityTooLarge'],
    ['with a file that is too small', () => ({ file: '' }), 400, 'EntityTooSmall'],
    ['with a wrong signature', () => ({ secret: 'wrong' }), 403, 'SignatureDoesNotMatch'],
    [
      'with an unknown access key',
      () => ({ fields: { 'X-Amz-Credential': 'nobody/20250101/us-east-1/s3/aws4_request' } }),
      403,
      'InvalidAccessKeyId',
    ],
    ['without a signature', () => ({ fields: { 'X-Amz-Signature': '' } }), 400, 'InvalidArgument'],
    ['without a policy', () => ({ fields: { policy: '' } }), 400, 'InvalidArgument'],
    ['without a key', () => ({ fields: { key: '' } }), 400, 'InvalidArgument'],
    [
      'with CONDITIONS in capitals',
      () => ({ document: { expiration: expiration(), CONDITIONS: [] } }),
      400,
      'InvalidPolicyDocument',
    ],
    [
      'with EXPIRATION in capitals',
      () => ({ document: { EXPIRATION: expiration(), conditions: [] } }),
      400,
      'InvalidPolicyDocument',
    ],
    [
      'with a negative length',
      () => ({ conditions: [['content-length-range', -1, 0]] }),
      400,
      'InvalidPolicyDocument',
    ],
    [
      'with an unknown operation',
      () => ({ conditions: [['ends-with', '$key', 'a']] }),
      400,
      'InvalidPolicyDocument',
    ],
  ])('%s', async (_, options, status, code) => {
    expect(await post(options())).toMatchObject({ status, code });
  });

  it('and nothing is stored', async () => {
    await post({ fields: { key: 'user/never' }, file: 'x'.repeat(2000) });
    expect(await refusal(read('user/never'))).toMatchObject({ code: 'NoSuchKey' });
  });

  it('that is not a form', async () => {
    const headers = { 'content-type': 'text/plain' };
    const call = fetch(`${s3.endpoint}/${Bucket}`, { method: 'POST', body: 'text', headers });
    expect(await responseOf(call)).toMatchObject({ status: 400, code: 'MalformedPOSTRequest' });
  });
});
