import type { CompactGrant } from '../contract/grant.ts';
import { partRange } from '../contract/part-range.ts';
import { hmacSha256Hex, sha256Hex } from './hashing.ts';
import type { PartPlan } from './part-plan.ts';
import { percentEncode, type SigningRequest, signatureOf } from './sigv4.ts';

export interface GrantRequest extends SigningRequest {
  readonly s3UploadId: string;
  readonly plan: PartPlan;
  /** The parts to sign. @default all parts of the plan */
  readonly partNumbers?: readonly number[];
}

/**
 * Signs UploadPart for each part with its exact length: Signature Version 4 in the query, signed headers
 * `content-length;host`, unsigned payload. All parts share the derived key and everything but number and length. The
 * URLs are identical to those of the presigner in the AWS SDK.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * The grant expires with its lifetime or with its credentials, whichever is first.
 *
 * @throws GrantError, and RangeError if the plan has no part with a given number
 */
export function signGrant(request: GrantRequest): CompactGrant {
  const { plan } = request;
  const { signingKey, time, scope, host, origin, path, algorithm, expiresAt } =
    signatureOf(request);

  // SigV4 requires the parameters sorted by name. The part number comes between these two texts.
  const between = 'X-Amz-SignedHeaders=content-length%3Bhost&partNumber=';
  const after = `&uploadId=${percentEncode(request.s3UploadId)}&x-id=UploadPart`;
  const canonicalStart = `PUT\n${path}\n${algorithm}&${between}`;
  const canonicalEnd = `\nhost:${host}\n\ncontent-length;host\nUNSIGNED-PAYLOAD`;
  const toSignStart = `AWS4-HMAC-SHA256\n${time}\n${scope}\n`;
  const sign = (partNumber: number) => {
    const length = partRange(plan, partNumber).size;
    const canonical = `${canonicalStart}${partNumber}${after}\ncontent-length:${length}${canonicalEnd}`;
    return hmacSha256Hex(signingKey, toSignStart + sha256Hex(canonical));
  };

  const partNumbers = request.partNumbers ? [...request.partNumbers] : allParts(plan);
  return {
    method: 'PUT',
    urlTemplate: `${origin}${path}?${algorithm}&X-Amz-Signature={signature}&${between}{partNumber}${after}`,
    partNumbers,
    signatures: partNumbers.map(sign),
    expiresAt,
  };
}

function allParts(plan: PartPlan): number[] {
  return Array.from({ length: plan.partCount }, (_, index) => index + 1);
}
