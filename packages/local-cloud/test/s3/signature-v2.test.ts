import { createHmac } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { answerOf, type Harness, newBucket, startS3 } from './harness.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html */
const sign = (text: string, secret = 'main-secret') =>
  createHmac('sha1', secret).update(text).digest('base64');

let s3: Harness;
let Bucket: string;
beforeAll(async () => {
  s3 = await startS3();
  Bucket = await newBucket(s3.client);
  await s3.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'text' }));
});

interface UrlOptions {
  readonly seconds?: number;
  readonly query?: string;
  /** What the signature covers of the query. */
  readonly signed?: string;
  readonly secret?: string;
}

function url(options: UrlOptions = {}) {
  const { seconds = 60, query = '', secret = 'main-secret' } = options;
  const signed = options.signed ?? query;
  const expires = Math.floor(s3.clock.now() / 1000) + seconds;
  const signature = sign(`GET\n\n\n${expires}\n/${Bucket}/k${signed && `?${signed}`}`, secret);
  const parameters = new URLSearchParams({
    AWSAccessKeyId: 'main',
    Expires: String(expires),
    Signature: signature,
  });
  return `${s3.endpoint}/${Bucket}/k?${query && `${query}&`}${parameters}`;
}

describe('Signature Version 2, where it is taken at all', () => {
  it('opens an object by URL until it expires', async () => {
    expect(await answerOf(fetch(url()))).toMatchObject({ status: 200, text: 'text' });
    expect(await answerOf(fetch(url({ seconds: -1 })))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    expect(await answerOf(fetch(url({ secret: 'wrong' })))).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });

  it('covers the parameters that select something', async () => {
    const query = 'response-content-type=foo/bar';
    expect((await fetch(url({ query }))).headers.get('content-type')).toBe('foo/bar');
    expect((await fetch(url({ query, signed: '' }))).status).toBe(403);
  });

  it('is taken in the header, with the date under it', async () => {
    const get = (instant: number) => {
      const date = new Date(instant).toUTCString();
      const authorization = `AWS main:${sign(`GET\n\n\n\nx-amz-date:${date}\n/${Bucket}/k`)}`;
      return answerOf(
        fetch(`${s3.endpoint}/${Bucket}/k`, { headers: { authorization, 'x-amz-date': date } }),
      );
    };
    expect((await get(s3.clock.now())).status).toBe(200);
    expect(await get(s3.clock.now() - 16 * 60_000)).toMatchObject({
      status: 403,
      code: 'RequestTimeTooSkewed',
    });
  });
});
