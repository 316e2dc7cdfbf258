import {
  createECDH,
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  verify,
} from 'node:crypto';
import { AwsError } from '../shared/aws-error.ts';
import type { Caller, Credentials } from '../shared/caller.ts';
import { findCredentials } from './find-credentials.ts';
import { requireSignedHeaders, requireTime } from './signature-requirements.ts';
import type { SignedRequest, VerifyOptions } from './signed-request.ts';
import { canonicalRequest } from './sigv4-canonical.ts';
import { parseClaim, type SignatureClaim } from './sigv4-claim.ts';
import { signatureError } from './sigv4-errors.ts';

const ALGORITHM = 'AWS4-ECDSA-P256-SHA256';

/** n - 2, where n is the order of the curve P-256. */
const ORDER_MINUS_TWO = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254fn;

/**
 * Verifies AWS Signature Version 4A, which is valid in several regions: an ECDSA signature with a key that is
 * derived from the secret. Throws AwsError.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignatureV4a(
  request: SignedRequest & { readonly bodyHash: string },
  options: VerifyOptions,
): { readonly caller: Caller } {
  const { dialect } = options;
  const claim = parseClaim(request, dialect, ALGORITHM);
  if (!claim) {
    throw signatureError(
      'unsigned',
      dialect,
      `This service accepts requests with Signature Version 4A (${ALGORITHM}) only.`,
    );
  }
  requireRegion(claim, options);
  const { credentials, caller } = findCredentials(claim, options);
  requireTime(claim, options);
  requireSignedHeaders(claim, request, dialect);
  const canonical = canonicalRequest(request, claim.signedHeaders, request.bodyHash, 'twice');
  const text = [
    ALGORITHM,
    claim.timestamp,
    `${claim.scope.date}/${claim.scope.service}/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const signature = Buffer.from(claim.signature, 'hex');
  if (!verify('sha256', Buffer.from(text), publicKeyOf(credentials), signature)) {
    throw signatureError(
      'mismatch',
      dialect,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  }
  return { caller };
}

function requireRegion({ scope }: SignatureClaim, { region, service }: VerifyOptions): void {
  const regions = scope.region.split(',').map((each) => each.trim());
  if (!regions.some((each) => each === '*' || each === region)) {
    throw new AwsError(
      'InvalidSignatureException',
      `x-amz-region-set is ${scope.region}; expected * or a set with ${region}.`,
      403,
    );
  }
  if (scope.service !== service) {
    throw new AwsError(
      'InvalidSignatureException',
      `The scope names the service ${scope.service}; expected ${service}.`,
      403,
    );
  }
}

const publicKeys = new WeakMap<Credentials, KeyObject>();

function publicKeyOf(credentials: Credentials): KeyObject {
  const known = publicKeys.get(credentials);
  if (known) return known;
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(deriveSigningKeyV4a(credentials));
  const point = pair.getPublicKey();
  const coordinate = (start: number) => point.subarray(start, start + 32).toString('base64url');
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) },
  });
  publicKeys.set(credentials, key);
  return key;
}

/**
 * The private key of an access key: the first HMAC of the counter mode of NIST SP 800-108 that is at most n - 2, plus
 * one (FIPS 186-5, A.2.2).
 */
export function deriveSigningKeyV4a({
  accessKeyId,
  secretAccessKey,
}: Pick<Credentials, 'accessKeyId' | 'secretAccessKey'>): Buffer {
  for (let counter = 1; counter < 255; counter++) {
    const candidate = createHmac('sha256', `AWS4A${secretAccessKey}`)
      .update(Buffer.from([0, 0, 0, 1]))
      .update(`${ALGORITHM}\0${accessKeyId}`)
      .update(Buffer.from([counter, 0, 0, 1, 0]))
      .digest('hex');
    const value = BigInt(`0x${candidate}`);
    if (value <= ORDER_MINUS_TWO)
      return Buffer.from((value + 1n).toString(16).padStart(64, '0'), 'hex');
  }
  throw new Error(`No signing key can be derived for the access key ${accessKeyId}.`);
}
