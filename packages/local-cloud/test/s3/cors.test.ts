import { GetBucketCorsCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3';
import { type Harness, newBucket, refusal, responseOf, startS3 } from './harness.ts';

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
});
beforeEach(async () => {
  Bucket = await newBucket(s3.client);
});

describe('Cross-origin requests', () => {
  const rules = [
    {
      AllowedMethods: ['PUT', 'GET'],
      AllowedOrigins: ['https://*.example.com'],
      AllowedHeaders: ['x-amz-*', 'content-type'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 300,
    },
    { AllowedMethods: ['GET'], AllowedOrigins: ['*'] },
  ];
  const ask = (origin: string, method: string, headers = '') =>
    responseOf(
      fetch(`${s3.endpoint}/${Bucket}/key`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': method,
          ...(headers ? { 'access-control-request-headers': headers } : {}),
        },
      }),
    );

  it('use the first matching rule', async () => {
    expect(await refusal(s3.client.send(new GetBucketCorsCommand({ Bucket })))).toMatchObject({
      code: 'NoSuchCORSConfiguration',
    });
    await s3.client.send(
      new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: rules } }),
    );
    expect((await s3.client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toMatchObject(
      rules,
    );

    const app = await ask('https://app.example.com', 'PUT', 'Content-Type, X-Amz-Meta-A');
    expect(app.status).toBe(200);
    expect(Object.fromEntries(app.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-methods': 'PUT, GET',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '300',
      'access-control-allow-credentials': 'true',
    });
    const anybody = await ask('https://other.org', 'GET');
    expect(anybody.headers.get('access-control-allow-origin')).toBe('*');
    expect(await ask('https://other.org', 'PUT')).toMatchObject({
      status: 403,
      code: 'AccessForbidden',
    });
    expect(await ask('https://app.example.com', 'PUT', 'authorization')).toMatchObject({
      status: 403,
    });
  });

  it('need an origin and rules', async () => {
    expect(
      await responseOf(fetch(`${s3.endpoint}/${Bucket}/key`, { method: 'OPTIONS' })),
    ).toMatchObject({ status: 400, code: 'BadRequest' });
    expect(await ask('https://app.example.com', 'GET')).toMatchObject({
      status: 403,
      code: 'AccessForbidden',
    });
  });

  it('have the headers in the response, also in an error', async () => {
    await s3.client.send(
      new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: rules } }),
    );
    const response = await fetch(`${s3.endpoint}/${Bucket}/key`, {
      headers: { origin: 'https://app.example.com' },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-expose-headers')).toBe('ETag');
  });
});
