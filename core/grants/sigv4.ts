import { MAX_GRANT_SECONDS } from '../uploads/upload-policy.ts';
import { hmacSha256 } from './hashing.ts';

/** Credentials of a signer role, which has only the permissions that its grants need. */
interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch; absent for long-term credentials. */
  readonly expiresAt?: number;
}

export interface SigningRequest {
  /** `https://b.s3.eu-west-1.amazonaws.com`, or path style `http://127.0.0.1:9000/b`. */
  readonly bucketUrl: string;
  readonly key: string;
  readonly credentials: SigningCredentials;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lifetimeSeconds: number;
}

/** A grant cannot be signed: its lifetime is invalid or its credentials have expired. */
export class GrantError extends Error {
  override readonly name = 'GrantError';
}

/** The parts of a Signature Version 4 that all kinds of grants share. */
export interface Signature {
  readonly signingKey: Buffer;
  /** `20260102T030405Z` */
  readonly time: string;
  /** `20260102/eu-west-1/s3/aws4_request` */
  readonly scope: string;
  /** `<access key>/<scope>` */
  readonly credential: string;
  readonly origin: string;
  readonly host: string;
  /** The encoded path of the object. */
  readonly path: string;
  /** The query parameters that all presigned requests share, sorted by name. */
  readonly algorithm: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/**
 * The signature expires with its lifetime or with its credentials, whichever is first.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @throws GrantError
 */
export function signatureOf(request: SigningRequest): Signature {
  const { credentials, region } = request;
  const signedAt = Math.floor(request.now / 1000);
  const seconds = lifetime(request, signedAt);
  const { day, time } = basicInstant(signedAt);
  const scope = `${day}/${region}/s3/aws4_request`;
  const credential = `${credentials.accessKeyId}/${scope}`;
  const url = new URL(request.bucketUrl);
  const token = credentials.sessionToken
    ? `&X-Amz-Security-Token=${percentEncode(credentials.sessionToken)}`
    : '';
  return {
    signingKey: signingKey(credentials.secretAccessKey, day, region),
    time,
    scope,
    credential,
    origin: url.origin,
    host: url.host,
    path: `${url.pathname.replace(/\/$/, '')}/${request.key.split('/').map(percentEncode).join('/')}`,
    algorithm: `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&X-Amz-Credential=${percentEncode(credential)}&X-Amz-Date=${time}&X-Amz-Expires=${seconds}${token}`,
    expiresAt: new Date((signedAt + seconds) * 1000).toISOString(),
  };
}

function lifetime({ lifetimeSeconds, credentials }: SigningRequest, signedAt: number): number {
  if (
    !Number.isInteger(lifetimeSeconds) ||
    lifetimeSeconds < 1 ||
    lifetimeSeconds > MAX_GRANT_SECONDS
  ) {
    throw new GrantError(
      `The lifetime of a grant must be 1 to ${MAX_GRANT_SECONDS} seconds; got ${lifetimeSeconds}.`,
    );
  }
  if (credentials.expiresAt === undefined) return lifetimeSeconds;
  const left = Math.floor(credentials.expiresAt / 1000) - signedAt;
  if (left < 1) throw new GrantError('The credentials of the signer have expired.');
  return Math.min(lifetimeSeconds, left);
}

function signingKey(secret: string, day: string, region: string): Buffer {
  const ofDay = hmacSha256(`AWS4${secret}`, day);
  const ofRegion = hmacSha256(ofDay, region);
  return hmacSha256(hmacSha256(ofRegion, 's3'), 'aws4_request');
}

/** `20260102` and `20260102T030405Z` */
function basicInstant(seconds: number): { day: string; time: string } {
  const time = `${new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return { day: time.slice(0, 8), time };
}

/** Keeps the unreserved characters of RFC 3986 and writes every other byte as `%XX`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
