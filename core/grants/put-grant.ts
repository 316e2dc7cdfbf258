import type { PutGrant } from '../contract/wire.ts';
import { hmacSha256Hex, sha256Hex } from './hashing.ts';
import { type SigningRequest, signatureOf } from './sigv4.ts';

export interface PutGrantRequest extends SigningRequest {
  readonly contentType: string;
  /** Bytes, 5 GiB at most: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
  readonly size: number;
  /** CRC64NVME of the whole file, base64. */
  readonly checksum?: string | undefined;
}

/**
 * Signs PutObject with its exact length, content type and, if known, checksum. It also signs `If-None-Match: *`, so that
 * S3 accepts the URL once and never replaces an object.
 *
 * @throws GrantError
 */
export function signPut(request: PutGrantRequest): PutGrant {
  const { signingKey, time, scope, host, origin, path, algorithm, expiresAt } =
    signatureOf(request);
  const headers = {
    'content-type': request.contentType,
    'if-none-match': '*',
    // S3 does not check it in the query: https://github.com/aws/aws-sdk-js-v3/issues/6920
    ...(request.checksum !== undefined && { 'x-amz-checksum-crc64nvme': request.checksum }),
  };
  const signed = Object.entries({ ...headers, 'content-length': `${request.size}`, host }).sort(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  const names = signed.map(([name]) => name);
  const query = `${algorithm}&X-Amz-SignedHeaders=${names.join('%3B')}&x-id=PutObject`;
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = `PUT\n${path}\n${query}\n${lines}\n${names.join(';')}\nUNSIGNED-PAYLOAD`;
  const signature = hmacSha256Hex(
    signingKey,
    `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256Hex(canonical)}`,
  );
  const url = `${origin}${path}?${query.replace('&X-Amz-SignedHeaders', `&X-Amz-Signature=${signature}&X-Amz-SignedHeaders`)}`;
  return { method: 'PUT', url, headers, size: request.size, expiresAt };
}
