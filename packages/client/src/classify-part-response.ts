import type { PartResponse } from './part-source.ts';
import { UploadError } from './upload-error.ts';

/** What S3's response to a part means. */
export type PartOutcome =
  | { readonly kind: 'stored'; readonly etag: string }
  /** The URL or its credentials have expired: sign the part again. */
  | { readonly kind: 'sign_again'; readonly error: UploadError }
  /** Throttling, a server error, or bytes lost in transit: send the part again. */
  | { readonly kind: 'retry'; readonly error: UploadError }
  /** Sending the part again gives the same response. */
  | { readonly kind: 'refused'; readonly error: UploadError };

/**
 * Error codes with status 400 after which the same part can succeed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const RETRYABLE_CODES = ['RequestTimeout', 'IncompleteBody', 'BadDigest'];

/** S3 refuses an expired URL with 403 AccessDenied, expired credentials with 400 ExpiredToken. */
const EXPIRED_CODES = ['ExpiredToken', 'InvalidToken'];

export function classifyPartResponse(response: PartResponse, partNumber: number): PartOutcome {
  const { status, etag, body } = response;
  if (status >= 200 && status < 300) {
    if (etag) return { kind: 'stored', etag };
    return { kind: 'refused', error: new UploadError('etag_hidden', { status, partNumber }) };
  }
  const code = /<Code>(\w+)</.exec(body)?.[1] ?? 'Unknown';
  const detail = /<Message>([^<]{1,200})/.exec(body)?.[1];
  const error = (retryable: boolean) =>
    new UploadError(code === 'NoSuchUpload' ? 'upload_gone' : 'storage_refused', {
      message: `S3 refused part ${partNumber}: ${status} ${code}. ${detail ?? ''}`.trim(),
      status,
      partNumber,
      retryable,
    });
  if (status === 403 || EXPIRED_CODES.includes(code)) {
    return { kind: 'sign_again', error: error(true) };
  }
  if (status === 408 || status === 429 || status >= 500 || RETRYABLE_CODES.includes(code)) {
    return { kind: 'retry', error: error(true) };
  }
  return { kind: 'refused', error: error(false) };
}
