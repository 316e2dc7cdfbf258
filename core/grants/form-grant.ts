import type { FormGrant } from '../contract/wire.ts';
import { hmacSha256Hex } from './hashing.ts';
import { type SigningRequest, signatureOf } from './sigv4.ts';

export interface FormGrantRequest extends SigningRequest {
  readonly bucket: string;
  readonly contentType: string;
  /** Bytes, 5 GiB at most. */
  readonly size: number;
  /** Where S3 redirects the browser after the upload. @default S3 responds with 201 */
  readonly redirect?: string | undefined;
}

/**
 * Signs a form that accepts a file of exactly this length and content type for exactly this key. The policy contains
 * every field, and S3 refuses other fields.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 *
 * @throws GrantError
 */
export function signForm(request: FormGrantRequest): FormGrant {
  const { key, bucket, contentType, size, redirect, credentials } = request;
  const { signingKey, time, credential, expiresAt } = signatureOf(request);
  const fields = {
    bucket,
    key,
    'content-type': contentType,
    ...(redirect === undefined
      ? { success_action_status: '201' }
      : { success_action_redirect: redirect }),
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': credential,
    'x-amz-date': time,
    ...(credentials.sessionToken !== undefined && {
      'x-amz-security-token': credentials.sessionToken,
    }),
  };
  const conditions = [
    ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ['content-length-range', size, size],
  ];
  const policy = Buffer.from(JSON.stringify({ expiration: expiresAt, conditions })).toString(
    'base64',
  );
  return {
    method: 'POST',
    url: request.bucketUrl,
    fields: { ...fields, policy, 'x-amz-signature': hmacSha256Hex(signingKey, policy) },
    fileField: 'file',
    size,
    expiresAt,
  };
}
