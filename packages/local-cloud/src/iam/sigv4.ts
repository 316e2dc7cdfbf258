import type { Caller } from '../shared/caller.ts';
import { equalSignatures } from './equal-signatures.ts';
import { findCredentials } from './find-credentials.ts';
import { requireScope, requireSignedHeaders, requireTime } from './signature-requirements.ts';
import type { SignedRequest, VerifyOptions } from './signed-request.ts';
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
