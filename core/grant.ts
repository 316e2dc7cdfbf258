import type { CompactGrant } from './contract/grant.ts';
import { partRange } from './contract/part-range.ts';
import { hmacSha256, hmacSha256Hex, sha256Hex } from './hashing.ts';
import type { PartPlan } from './part-plan.ts';
import { LONGEST_GRANT_SECONDS } from './upload-policy.ts';

/** Credentials of the signer's role, which may do nothing but put parts. */
interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch; absent for credentials without an end. */
  readonly expiresAt?: number;
}

export interface GrantRequest {
  /** `https://b.s3.eu-west-1.amazonaws.com`, or path style `http://127.0.0.1:9000/b`. */
  readonly bucketUrl: string;
  readonly key: string;
  readonly s3UploadId: string;
  readonly plan: PartPlan;
  /** The parts to sign; all of the plan's if absent. */
  readonly partNumbers?: readonly number[];
  readonly credentials: SigningCredentials;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lifetimeSeconds: number;
}

/** A grant cannot be signed: its lifetime is not valid or its credentials have ended. */
export class GrantError extends Error {
  override readonly name = 'GrantError';
}

/**
 * Signs UploadPart for each part with its exact length: Signature Version 4 in the query, signed headers
 * `content-length;host`, payload unsigned. One derived key serves all parts, and all but number and length
 * is the same text; the URLs are those of the SDK's presigner, byte for byte.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * The grant ends with its lifetime or with its credentials, whichever is first.
 *
 * @throws GrantError, and RangeError for a part that the plan does not have
 */
export function signGrant(request: GrantRequest): CompactGrant {
  const { credentials, plan, region } = request;
  const signedAt = Math.floor(request.now / 1000);
  const seconds = lifetime(request, signedAt);
  const { day, time } = basicInstant(signedAt);
  const scope = `${day}/${region}/s3/aws4_request`;
  const url = new URL(request.bucketUrl);
  const path = `${url.pathname.replace(/\/$/, '')}/${request.key.split('/').map(encode).join('/')}`;

  // SigV4 wants the parameters in the order of their names; between the two halves stands the part number.
  const algorithm = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD';
  const credential = `X-Amz-Credential=${encode(`${credentials.accessKeyId}/${scope}`)}`;
  const token = credentials.sessionToken
    ? `&X-Amz-Security-Token=${encode(credentials.sessionToken)}`
    : '';
  const before = `${algorithm}&${credential}&X-Amz-Date=${time}&X-Amz-Expires=${seconds}${token}`;
  const between = 'X-Amz-SignedHeaders=content-length%3Bhost&partNumber=';
  const after = `&uploadId=${encode(request.s3UploadId)}&x-id=UploadPart`;

  const key = signingKey(credentials.secretAccessKey, day, region);
  const canonicalStart = `PUT\n${path}\n${before}&${between}`;
  const canonicalEnd = `\nhost:${url.host}\n\ncontent-length;host\nUNSIGNED-PAYLOAD`;
  const toSignStart = `AWS4-HMAC-SHA256\n${time}\n${scope}\n`;
  const sign = (partNumber: number) => {
    const length = partRange(plan, partNumber).size;
    const canonical = `${canonicalStart}${partNumber}${after}\ncontent-length:${length}${canonicalEnd}`;
    return hmacSha256Hex(key, toSignStart + sha256Hex(canonical));
  };

  const partNumbers = request.partNumbers ? [...request.partNumbers] : allParts(plan);
  return {
    method: 'PUT',
    urlTemplate: `${url.origin}${path}?${before}&X-Amz-Signature={signature}&${between}{partNumber}${after}`,
    partNumbers,
    signatures: partNumbers.map(sign),
    expiresAt: new Date((signedAt + seconds) * 1000).toISOString(),
  };
}

function lifetime({ lifetimeSeconds, credentials }: GrantRequest, signedAt: number): number {
  if (
    !Number.isInteger(lifetimeSeconds) ||
    lifetimeSeconds < 1 ||
    lifetimeSeconds > LONGEST_GRANT_SECONDS
  ) {
    throw new GrantError(
      `A grant lives 1 to ${LONGEST_GRANT_SECONDS} seconds; got ${lifetimeSeconds}.`,
    );
  }
  if (credentials.expiresAt === undefined) return lifetimeSeconds;
  const left = Math.floor(credentials.expiresAt / 1000) - signedAt;
  if (left < 1) throw new GrantError('The credentials to sign with have ended.');
  return Math.min(lifetimeSeconds, left);
}

function allParts(plan: PartPlan): number[] {
  return Array.from({ length: plan.partCount }, (_, index) => index + 1);
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

/** RFC 3986's unreserved characters stand as they are, every other byte is `%XX`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
