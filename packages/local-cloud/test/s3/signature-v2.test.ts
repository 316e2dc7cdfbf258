import { createHmac } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type Harness, newBucket, responseOf, startS3 } from './harness.ts';

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
  /** The signed part of the query. */
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

describe('Signature Version 2', () => {
  it('opens an object by URL until it expires', async () => {
    expect(await responseOf(fetch(url()))).toMatchObject({ status: 200, text: 'text' });
    expect(await responseOf(fetch(url({ seconds: -1 })))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    expect(await responseOf(fetch(url({ secret: 'wrong' })))).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });

  it('includes the parameters of subresources', async () => {
    const query = 'response-content-type=foo/bar';
    expect((await fetch(url({ query }))).headers.get('content-type')).toBe('foo/bar');
    expect((await fetch(url({ query, signed: '' }))).status).toBe(403);
  });

  interface HeaderOptions {
    readonly age?: number;
    readonly keyId?: string;
    readonly secret?: string;
    /** Added to the request after it was signed. */
    readonly more?: Record<string, string>;
    readonly date?: string;
    readonly query?: string;
  }

  function get(options: HeaderOptions = {}) {
    const { age = 0, keyId = 'main', secret, more = {}, query = '' } = options;
    const date = options.date ?? new Date(s3.clock.now() - age).toUTCString();
    const signature = sign(`GET\n\n\n\nx-amz-date:${date}\n/${Bucket}/k`, secret);
    const headers = { authorization: `AWS ${keyId}:${signature}`, 'x-amz-date': date, ...more };
    return responseOf(fetch(`${s3.endpoint}/${Bucket}/k${query}`, { headers }));
  }

  it('is accepted in the header, with the date under it, for 15 minutes', async () => {
    expect((await get()).status).toBe(200);
    expect((await get({ age: 14 * 60_000 })).status).toBe(200);
    expect((await get({ query: '?x-unknown=1' })).status).toBe(200);
  });

  it.each<[string, HeaderOptions, string]>([
    ['16 minutes old', { age: 16 * 60_000 }, 'RequestTimeTooSkewed'],
    ['16 minutes early', { age: -16 * 60_000 }, 'RequestTimeTooSkewed'],
    ['without a date that can be read', { date: 'soon' }, 'AccessDenied'],
    ['of an unknown key', { keyId: 'nobody' }, 'InvalidAccessKeyId'],
    ['of a key with another secret', { keyId: 'other' }, 'SignatureDoesNotMatch'],
    ['made with a wrong secret', { secret: 'wrong' }, 'SignatureDoesNotMatch'],
    [
      'with another header of Amazon',
      { more: { 'x-amz-acl': 'private' } },
      'SignatureDoesNotMatch',
    ],
    ['with another content type', { more: { 'content-type': 'a/b' } }, 'SignatureDoesNotMatch'],
    ['with another MD5', { more: { 'content-md5': 'x' } }, 'SignatureDoesNotMatch'],
    ['for another subresource', { query: '?acl' }, 'SignatureDoesNotMatch'],
  ])('is refused %s', async (_, options, code) => {
    expect(await get(options)).toMatchObject({ status: 403, code });
  });

  it('in a URL needs an expiry in seconds', async () => {
    const address = url().replace(/Expires=\d+/, 'Expires=tomorrow');
    expect(await responseOf(fetch(address))).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});
