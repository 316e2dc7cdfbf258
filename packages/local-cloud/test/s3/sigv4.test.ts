import type { SignedRequest } from '../../src/iam/signed-request.ts';
import { verifySignature } from '../../src/iam/sigv4.ts';
import type { CredentialSource, Credentials } from '../../src/shared/caller.ts';

/**
 * Signatures that AWS publishes, so that the implementation is compared with AWS:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const INSTANT = Date.parse('2013-05-24T00:00:00Z');
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const source = (credentials: Partial<Credentials> = {}): CredentialSource => ({
  find: (id) =>
    id === KEY
      ? {
          credentials: { accessKeyId: KEY, secretAccessKey: SECRET, ...credentials },
          caller: { kind: 'root' },
        }
      : undefined,
});

const verify = (
  request: SignedRequest,
  { now = INSTANT, credentials = source(), region = 'us-east-1' } = {},
) => verifySignature(request, { credentials, now, region, service: 's3', dialect: 's3' });

const authorization = (headers: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=${KEY}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${headers},Signature=${signature}`;

const rangedGet: SignedRequest = {
  method: 'GET',
  rawPath: '/test.txt',
  rawQuery: '',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': EMPTY,
    'x-amz-date': '20130524T000000Z',
    authorization: authorization(
      'host;range;x-amz-content-sha256;x-amz-date',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ),
  },
};

const presigned: SignedRequest = {
  method: 'GET',
  rawPath: '/test.txt',
  rawQuery: [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${KEY}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request`,
    'X-Amz-Date=20130524T000000Z',
    'X-Amz-Expires=86400',
    'X-Amz-SignedHeaders=host',
    'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  ].join('&'),
  headers: { host: 'examplebucket.s3.amazonaws.com' },
};

const failure = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Expected a refusal, but the signature was accepted.');
};

describe('Signature Version 4 in the Authorization header', () => {
  it("accepts AWS's published example of a ranged GET", () => {
    expect(verify(rangedGet)).toMatchObject({
      kind: 'header',
      accessKeyId: KEY,
      caller: { kind: 'root' },
      payloadHash: EMPTY,
      scope: { date: '20130524', region: 'us-east-1', service: 's3' },
    });
  });

  it("accepts AWS's published example of a PUT whose key has a dollar sign", () => {
    const put: SignedRequest = {
      method: 'PUT',
      rawPath: '/test$file.text',
      rawQuery: '',
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        authorization: authorization(
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ),
      },
    };
    expect(verify(put).kind).toBe('header');
  });

  it("accepts AWS's published examples with queries, in any order of the query", () => {
    const list = (rawQuery: string, signature: string): SignedRequest => ({
      method: 'GET',
      rawPath: '/',
      rawQuery,
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        'x-amz-content-sha256': EMPTY,
        'x-amz-date': '20130524T000000Z',
        authorization: authorization('host;x-amz-content-sha256;x-amz-date', signature),
      },
    });
    const lifecycle = 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543';
    const listing = '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7';
    expect(verify(list('lifecycle', lifecycle)).kind).toBe('header');
    expect(verify(list('prefix=J&max-keys=2', listing)).kind).toBe('header');
  });

  it.each([
    ['another method', { method: 'DELETE' }, 'SignatureDoesNotMatch', 403],
    ['another path', { rawPath: '/other.txt' }, 'SignatureDoesNotMatch', 403],
    ['an added parameter', { rawQuery: 'acl' }, 'SignatureDoesNotMatch', 403],
    [
      'an edited header',
      { headers: { ...rangedGet.headers, range: 'bytes=0-99' } },
      'SignatureDoesNotMatch',
      403,
    ],
    [
      'an unsigned x-amz header',
      { headers: { ...rangedGet.headers, 'x-amz-acl': 'public-read' } },
      'AccessDenied',
      403,
    ],
    [
      'no payload hash',
      { headers: { ...rangedGet.headers, 'x-amz-content-sha256': undefined } },
      'InvalidRequest',
      400,
    ],
    [
      'another day in the date',
      { headers: { ...rangedGet.headers, 'x-amz-date': '20130525T000000Z' } },
      'AuthorizationHeaderMalformed',
      400,
    ],
  ])('refuses %s', (_, change, code, status) => {
    expect(failure(() => verify({ ...rangedGet, ...change }))).toMatchObject({ code, status });
  });

  it('refuses a clock that differs by more than 15 minutes', () => {
    for (const now of [INSTANT + 900_001, INSTANT - 900_001]) {
      expect(failure(() => verify(rangedGet, { now }))).toMatchObject({
        code: 'RequestTimeTooSkewed',
        status: 403,
      });
    }
    expect(verify(rangedGet, { now: INSTANT + 900_000 }).kind).toBe('header');
  });

  it('names the expected region', () => {
    expect(failure(() => verify(rangedGet, { region: 'eu-west-1' }))).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      members: { Region: 'eu-west-1' },
    });
  });

  it('requires the header host to be signed', () => {
    const headers = {
      ...rangedGet.headers,
      authorization: authorization('x-amz-content-sha256;x-amz-date', 'f'.repeat(64)),
    };
    expect(failure(() => verify({ ...rangedGet, headers }))).toMatchObject({
      code: 'AccessDenied',
      members: { HeadersNotSigned: 'host' },
    });
  });
});

describe('The credentials of a signature', () => {
  it.each([
    ['an unknown key', { find: () => undefined }, 'InvalidAccessKeyId', 403],
    ['a wrong secret', source({ secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch', 403],
    [
      'a temporary key without its token',
      source({ sessionToken: 'token' }),
      'InvalidAccessKeyId',
      403,
    ],
  ])('refuses %s', (_, credentials, code, status) => {
    expect(failure(() => verify(rangedGet, { credentials }))).toMatchObject({ code, status });
  });

  it('refuses the token of another key and an expired one', () => {
    const withToken = {
      ...presigned,
      rawQuery: `${presigned.rawQuery}&X-Amz-Security-Token=given`,
    };
    const refusal = (credentials: Partial<Credentials>) =>
      failure(() => verify(withToken, { credentials: source(credentials) }));
    expect(refusal({})).toMatchObject({ code: 'InvalidToken', status: 400 });
    expect(refusal({ sessionToken: 'other' })).toMatchObject({ code: 'InvalidToken', status: 400 });
    expect(refusal({ sessionToken: 'given', expiresAt: INSTANT })).toMatchObject({
      code: 'ExpiredToken',
      status: 400,
    });
  });
});

describe('A presigned URL', () => {
  const edit = (from: string, to: string) => ({
    ...presigned,
    rawQuery: presigned.rawQuery.replace(from, to),
  });

  it("accepts AWS's published example until it expires", () => {
    expect(verify(presigned)).toMatchObject({ kind: 'query', payloadHash: 'UNSIGNED-PAYLOAD' });
    expect(verify(presigned, { now: INSTANT + 86_400_000 }).kind).toBe('query');
  });

  it('is refused once it has expired, and before it is valid', () => {
    expect(failure(() => verify(presigned, { now: INSTANT + 86_400_001 }))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
      members: { 'X-Amz-Expires': 86_400, Expires: '2013-05-25T00:00:00Z' },
    });
    expect(failure(() => verify(presigned, { now: INSTANT - 900_001 }))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request is not yet valid',
    });
  });

  it.each([
    ['a longer lifetime', edit('Expires=86400', 'Expires=86401'), 'SignatureDoesNotMatch', 403],
    [
      'more than a week',
      edit('Expires=86400', 'Expires=604801'),
      'AuthorizationQueryParametersError',
      400,
    ],
    [
      'a negative lifetime',
      edit('Expires=86400', 'Expires=-1'),
      'AuthorizationQueryParametersError',
      400,
    ],
    ['a lifetime of 0', edit('Expires=86400', 'Expires=0'), 'AccessDenied', 403],
    [
      'a lifetime that is not a number',
      edit('Expires=86400', 'Expires=long'),
      'AuthorizationQueryParametersError',
      400,
    ],
    [
      'no list of signed headers',
      edit('&X-Amz-SignedHeaders=host', ''),
      'AuthorizationQueryParametersError',
      400,
    ],
    [
      'an added parameter',
      edit('X-Amz-Date', 'partNumber=2&X-Amz-Date'),
      'SignatureDoesNotMatch',
      403,
    ],
    ['another service', edit('s3%2Faws4', 'sts%2Faws4'), 'AuthorizationQueryParametersError', 400],
    [
      'an unsigned x-amz header',
      { ...presigned, headers: { ...presigned.headers, 'x-amz-acl': 'private' } },
      'AccessDenied',
      403,
    ],
    [
      'two mechanisms',
      { ...presigned, headers: { ...presigned.headers, authorization: 'AWS4-HMAC-SHA256 x' } },
      'InvalidArgument',
      400,
    ],
  ])('with %s is refused', (_, request, code, status) => {
    expect(failure(() => verify(request))).toMatchObject({ code, status });
  });
});

describe('The other services', () => {
  it('encode the path twice, hash the body and have other error codes', () => {
    // The published suite's `get-vanilla`: https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html
    const vanilla: SignedRequest = {
      method: 'GET',
      rawPath: '/',
      rawQuery: '',
      bodyHash: EMPTY,
      headers: {
        host: 'example.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
      },
    };
    const options = {
      credentials: {
        find: () => ({
          credentials: {
            accessKeyId: 'AKIDEXAMPLE',
            secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
          },
          caller: { kind: 'root' as const },
        }),
      },
      now: Date.parse('2015-08-30T12:36:00Z'),
      region: 'us-east-1',
    };
    expect(verifySignature(vanilla, { ...options, dialect: 'json' }).scope.service).toBe('service');
    const edited = { ...vanilla, bodyHash: 'f'.repeat(64) };
    expect(failure(() => verifySignature(edited, { ...options, dialect: 'json' }))).toMatchObject({
      code: 'InvalidSignatureException',
    });
    expect(failure(() => verifySignature(edited, { ...options, dialect: 'query' }))).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
    const unsigned = { ...vanilla, headers: {} };
    expect(failure(() => verifySignature(unsigned, { ...options, dialect: 'json' }))).toMatchObject(
      { code: 'MissingAuthenticationTokenException' },
    );
  });
});
