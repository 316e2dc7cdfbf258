import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { equalSignatures } from '../../iam/equal-signatures.ts';
import { findCredentials } from '../../iam/find-credentials.ts';
import { parseQuery } from '../../iam/sigv4-canonical.ts';
import { signatureError } from '../../iam/sigv4-errors.ts';
import type { Caller, CredentialSource } from '../../shared/caller.ts';
import { s3Error } from '../errors.ts';
import type { RawRequest } from './request.ts';

/**
 * Signature Version 2, which S3 accepts for buckets from before 24 June 2020; for other tools and tests only.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
const SUBRESOURCES = new Set([
  ...[
    'acl',
    'cors',
    'delete',
    'lifecycle',
    'location',
    'logging',
    'notification',
    'ownershipControls',
  ],
  ...[
    'partNumber',
    'policy',
    'publicAccessBlock',
    'requestPayment',
    'restore',
    'tagging',
    'torrent',
  ],
  ...['uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website'],
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires'],
]);

const MAX_SKEW_MS = 15 * 60 * 1000;

export function hasSignatureV2(
  message: IncomingMessage,
  query: ReadonlyMap<string, string>,
): 'header' | 'query' | undefined {
  if (message.headers.authorization?.startsWith('AWS ')) return 'header';
  return query.has('AWSAccessKeyId') && query.has('Signature') ? 'query' : undefined;
}

/** Throws InvalidAccessKeyId, SignatureDoesNotMatch, AccessDenied (expired), RequestTimeTooSkewed. */
export function verifySignatureV2(
  request: RawRequest,
  credentials: CredentialSource,
  now: number,
): Caller {
  const { message, query } = request;
  const [, headerKey, headerSignature] =
    /^AWS ([^:]+):(.+)$/.exec(message.headers.authorization ?? '') ?? [];
  const accessKeyId = headerKey ?? query.get('AWSAccessKeyId') ?? '';
  const signature = headerSignature ?? query.get('Signature') ?? '';
  const token = message.headers['x-amz-security-token'] ?? query.get('x-amz-security-token');
  const found = findCredentials(
    { accessKeyId, sessionToken: typeof token === 'string' ? token : undefined },
    { credentials, now, dialect: 's3' },
  );
  const date = headerKey === undefined ? requireExpiry(query, now) : requireDate(message, now);
  const signs = (text: string) => {
    const expected = createHmac('sha1', found.credentials.secretAccessKey).update(text);
    return equalSignatures(signature, expected.digest('base64'));
  };
  const text = stringToSign(request, date, request.rawPath);
  // Some clients sign the path of a bucket with a slash at its end, some without.
  const bucketAlone = request.key === undefined && !request.rawPath.endsWith('/');
  if (signs(text)) return found.caller;
  if (bucketAlone && signs(stringToSign(request, date, `${request.rawPath}/`))) return found.caller;
  throw s3Error('SignatureDoesNotMatch', {
    AWSAccessKeyId: accessKeyId,
    StringToSign: text,
    SignatureProvided: signature,
  });
}

function requireExpiry(query: ReadonlyMap<string, string>, now: number): string {
  const expires = query.get('Expires') ?? '';
  if (!/^\d+$/.test(expires)) {
    throw s3Error('AccessDenied', {
      message: `Invalid date (should be seconds since epoch): ${expires}`,
    });
  }
  if (now <= Number(expires) * 1000) return expires;
  throw s3Error('AccessDenied', {
    message: 'Request has expired',
    Expires: new Date(Number(expires) * 1000).toISOString(),
    ServerTime: new Date(now).toISOString(),
  });
}

/** The date in the string to sign: empty if the request has `x-amz-date`. */
function requireDate(message: IncomingMessage, now: number): string {
  const own = message.headers['x-amz-date'];
  const date = typeof own === 'string' ? own : (message.headers.date ?? '');
  const skew = Math.abs(now - Date.parse(date));
  if (Number.isNaN(skew)) {
    throw s3Error('AccessDenied', {
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    });
  }
  if (skew > MAX_SKEW_MS) {
    throw signatureError(
      'skewed',
      's3',
      'The difference between the request time and the current time is too large.',
    );
  }
  return own === undefined ? date : '';
}

function stringToSign(
  { message, method, rawQuery }: RawRequest,
  date: string,
  path: string,
): string {
  const header = (name: string) => message.headersDistinct[name]?.join(',') ?? '';
  const amz = Object.keys(message.headersDistinct)
    .filter((name) => name.startsWith('x-amz-'))
    .sort()
    .map((name) => `${name}:${header(name).trim()}\n`);
  const subresources = parseQuery(rawQuery)
    .filter(([name]) => SUBRESOURCES.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const resource = subresources.length > 0 ? `${path}?${subresources.join('&')}` : path;
  return [
    method,
    header('content-md5'),
    header('content-type'),
    date,
    `${amz.join('')}${resource}`,
  ].join('\n');
}
