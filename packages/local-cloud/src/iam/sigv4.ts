import { timingSafeEqual } from 'node:crypto';
import type { Caller, CredentialSource, Credentials } from '../shared/caller.ts';
import {
  type CanonicalParts,
  canonicalRequest,
  deriveSigningKey,
  headerValue,
  sign,
  stringToSign,
} from './sigv4-canonical.ts';
import { type CredentialScope, parseClaim, type SignatureClaim } from './sigv4-claim.ts';
import { type SignatureDialect, signatureError } from './sigv4-errors.ts';

/** A received request. Pass Node's `headersDistinct`, so that repeated headers are joined as by AWS. */
export interface SignedRequest extends CanonicalParts {
  /**
   * Lower-case hexadecimal SHA-256 of the received body. Omitted for S3, where `x-amz-content-sha256` names
   * it; the caller then compares the body with `payloadHash`.
   */
  readonly bodyHash?: string;
}

export interface VerifyOptions {
  readonly credentials: CredentialSource;
  /** ms since the epoch. */
  readonly now: number;
  readonly region: string;
  /** The signing name that the scope must have. Without it, any is accepted and returned in `scope.service`. */
  readonly service?: string;
  /**
   * `s3`: path encoded once, error codes of S3. `json`, `query`: path encoded twice, error codes of those
   * protocols.
   */
  readonly dialect: SignatureDialect;
}

/** A verified signature. */
export interface VerifiedSignature {
  readonly kind: 'header' | 'query';
  readonly caller: Caller;
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** `YYYYMMDDTHHMMSSZ`. With `signingKey` and `signature`, the seed of the signatures of a chunked body. */
  readonly timestamp: string;
  readonly signature: string;
  readonly signingKey: Buffer;
  readonly signedHeaders: readonly string[];
  /** Hexadecimal SHA-256, or `UNSIGNED-PAYLOAD`, `STREAMING-…`. */
  readonly payloadHash: string;
}

/** 15 minutes before and after: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html */
const MAX_SKEW_MS = 15 * 60 * 1000;

/** Whether the request has a signature of version 4 (valid or not) in its header or query. */
export function hasSignature(request: CanonicalParts): boolean {
  return (
    headerValue(request.headers, 'authorization')?.startsWith('AWS4-HMAC-SHA256') === true ||
    /(^|&)X-Amz-(Algorithm|Signature)=/.test(request.rawQuery)
  );
}

/**
 * Verifies AWS Signature Version 4 in the Authorization header or in a presigned URL: scope, time, signed
 * headers, credentials, session token, signature. Throws AwsError with the dialect's code.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(request: SignedRequest, options: VerifyOptions): VerifiedSignature {
  const { dialect } = options;
  const claim = parseClaim(request, dialect);
  if (!claim) {
    throw signatureError(
      'unsigned',
      dialect,
      dialect === 's3' ? 'Access Denied' : 'Missing Authentication Token',
    );
  }
  requireScope(claim, options);
  const { credentials, caller } = findCredentials(claim, options);
  requireTime(claim, options);
  requireSignedHeaders(claim, request, dialect);
  const payloadHash = payloadHashOf(claim, request, dialect);

  const { scope } = claim;
  const signingKey = deriveSigningKey(
    credentials.secretAccessKey,
    scope.date,
    scope.region,
    scope.service,
  );
  const canonical = canonicalRequest(
    request,
    claim.signedHeaders,
    payloadHash,
    dialect === 's3' ? 'once' : 'twice',
  );
  const text = stringToSign(claim.timestamp, scopeText(scope), canonical);
  if (!equalSignatures(claim.signature, sign(signingKey, text))) {
    throw signatureError(
      'mismatch',
      dialect,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: text,
        SignatureProvided: claim.signature,
        CanonicalRequest: canonical,
      },
    );
  }
  return {
    kind: claim.kind,
    caller,
    accessKeyId: claim.accessKeyId,
    scope,
    timestamp: claim.timestamp,
    signature: claim.signature,
    signingKey,
    signedHeaders: claim.signedHeaders,
    payloadHash,
  };
}

export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

/** Compares in constant time, so that the timing reveals nothing about the correct signature. */
export function equalSignatures(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * The credentials of an access key. Its session token must be that of the request and not expired. Throws
 * InvalidAccessKeyId, InvalidToken or ExpiredToken by their names in the dialect.
 */
export function findCredentials(
  claim: Pick<SignatureClaim, 'accessKeyId' | 'sessionToken'>,
  { credentials: source, now, dialect }: Pick<VerifyOptions, 'credentials' | 'now' | 'dialect'>,
): { credentials: Credentials; caller: Caller } {
  const found = source.find(claim.accessKeyId);
  const known = found?.credentials;
  // AWS does not know a temporary key without its token, because the token contains the secret.
  if (!found || !known || (known.sessionToken !== undefined && claim.sessionToken === undefined)) {
    throw signatureError(
      'unknownKey',
      dialect,
      dialect === 's3'
        ? 'The AWS Access Key Id you provided does not exist in our records.'
        : 'The security token included in the request is invalid.',
      { AWSAccessKeyId: claim.accessKeyId },
    );
  }
  if (claim.sessionToken !== undefined && !sameToken(claim.sessionToken, known.sessionToken)) {
    throw signatureError(
      'invalidToken',
      dialect,
      dialect === 's3'
        ? 'The provided token is malformed or otherwise invalid.'
        : 'The security token included in the request is invalid.',
      { 'Token-0': claim.sessionToken },
    );
  }
  if (known.expiresAt !== undefined && now >= known.expiresAt) {
    throw signatureError(
      'expiredToken',
      dialect,
      dialect === 's3'
        ? 'The provided token has expired.'
        : 'The security token included in the request is expired',
      { 'Token-0': claim.sessionToken },
    );
  }
  return found;
}

function sameToken(given: string, expected: string | undefined): boolean {
  return expected !== undefined && equalSignatures(given, expected);
}

function requireScope({ scope, kind }: SignatureClaim, options: VerifyOptions): void {
  const wrong = (what: string, members: Record<string, unknown> = {}) =>
    signatureError(
      kind === 'header' ? 'malformedHeader' : 'malformedQuery',
      options.dialect,
      kind === 'header'
        ? `The authorization header is malformed; ${what}`
        : `Error parsing the X-Amz-Credential parameter; ${what}`,
      members,
    );
  if (scope.region !== options.region) {
    throw wrong(`the region '${scope.region}' is wrong; expecting '${options.region}'`, {
      Region: options.region,
    });
  }
  if (options.service !== undefined && scope.service !== options.service) {
    throw wrong(
      `incorrect service "${scope.service}". This endpoint belongs to "${options.service}".`,
    );
  }
}

function requireTime(claim: SignatureClaim, { now, dialect }: VerifyOptions): void {
  if (claim.expires === undefined) {
    if (Math.abs(now - claim.instant) <= MAX_SKEW_MS) return;
    throw signatureError(
      'skewed',
      dialect,
      dialect === 's3'
        ? 'The difference between the request time and the current time is too large.'
        : `Signature expired: ${claim.timestamp} is not within 15 minutes of the current time ${isoSeconds(now)}`,
      {
        RequestTime: claim.timestamp,
        ServerTime: isoSeconds(now),
        MaxAllowedSkewMilliseconds: MAX_SKEW_MS,
      },
    );
  }
  if (claim.instant - now > MAX_SKEW_MS) {
    throw signatureError('expiredUrl', dialect, 'Request is not yet valid', {
      'X-Amz-Date': claim.timestamp,
      ServerTime: isoSeconds(now),
    });
  }
  const end = claim.instant + claim.expires * 1000;
  if (claim.expires > 0 && now <= end) return;
  throw signatureError('expiredUrl', dialect, 'Request has expired', {
    'X-Amz-Expires': claim.expires,
    Expires: isoSeconds(end),
    ServerTime: isoSeconds(now),
  });
}

/** Host and every `x-amz-*` header must be signed: otherwise anyone could add a header to a presigned URL. */
function requireSignedHeaders(
  claim: SignatureClaim,
  request: SignedRequest,
  dialect: SignatureDialect,
): void {
  const signed = new Set(claim.signedHeaders);
  const unsigned = Object.keys(request.headers).filter(
    (name) =>
      (name === 'host' || name.startsWith('x-amz-')) &&
      request.headers[name] !== undefined &&
      !signed.has(name),
  );
  if (!signed.has('host') && !unsigned.includes('host')) unsigned.unshift('host');
  if (unsigned.length === 0) return;
  throw signatureError(
    'headersNotSigned',
    dialect,
    'There were headers present in the request which were not signed',
    { HeadersNotSigned: unsigned.join(', ') },
  );
}

function payloadHashOf(
  claim: SignatureClaim,
  request: SignedRequest,
  dialect: SignatureDialect,
): string {
  if (request.bodyHash !== undefined) return request.bodyHash;
  if (claim.payloadHash !== undefined) return claim.payloadHash;
  if (claim.kind === 'query') return 'UNSIGNED-PAYLOAD';
  throw signatureError(
    'invalidRequest',
    dialect,
    'Missing required header for this request: x-amz-content-sha256',
  );
}

function isoSeconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
